#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// The purpose without which nobody is in a team.
inline constexpr char kDispatchPurpose[] = "dispatch";

/// True while the person agrees to this purpose.
bool Consents(const Member& member, const std::string& purpose);

/// NOT_ELIGIBLE at `field`, saying what to do, unless the person consents to being dispatched.
absl::Status CheckDispatchConsent(const Member& member, const std::string& field);

/// What holds for consents given with a new member, named below `field`. Errors: OUT_OF_RANGE, INVALID_FIELD (an
/// unknown purpose, no version of the text, the same purpose twice), BAD_TIME (in the future).
absl::Status CheckConsents(const std::vector<Consent>& consents, Time now, const std::string& field);

/// Records a consent; an earlier one for the same purpose ends when the new one begins. Reads member. By the person,
/// the manager of the organization, an officer. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION
/// (forgotten), those of CheckConsents.
struct RecordConsent {
  MemberId id;
  int64_t expected_version = 0;
  Consent consent;
};

/// Ends a consent. Without consent to be dispatched the person leaves all teams. Reads member, people.memberships. By
/// whom and errors as RecordConsent; NOT_FOUND (purpose) when there is none in force.
struct WithdrawConsent {
  MemberId id;
  int64_t expected_version = 0;
  std::string purpose;
};

absl::StatusOr<RegistryChanges> Decide(const RecordConsent& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const WithdrawConsent& command, const Facts& facts, const Context& context);

}  // namespace muster::registry
