#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// Asks for a change of what an officer vouches for; an approved or suspended organization has one open request at a
/// time. Reads organization, change (an open one), credit_code_taken, filing_number_taken. Errors: NOT_FOUND,
/// VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION, DUPLICATE (there is an open one; the code), those of ApplyVouched
/// and CheckNext, INVALID_FIELD (reason).
struct RequestOrganizationChange {
  OrganizationChangeId change_id;
  OrganizationId id;
  int64_t expected_version = 0;
  Organization values;
  std::vector<std::string> paths;
  std::string reason;
};

/// Applies a requested change in the same transaction, its teams following, or refuses it with a reason. Reads change,
/// organization, its teams, credit_code_taken, filing_number_taken. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN,
/// ILLEGAL_TRANSITION, INVALID_FIELD, DUPLICATE.
struct ReviewOrganizationChange {
  OrganizationChangeId id;
  int64_t expected_version = 0;
  ChangeState state = ChangeState::kApproved;
  std::string reason;
};

/// Takes a request back. Reads change, organization. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN (somebody else's),
/// ILLEGAL_TRANSITION.
struct WithdrawOrganizationChange {
  OrganizationChangeId id;
  int64_t expected_version = 0;
};

absl::StatusOr<RegistryChanges> Decide(const RequestOrganizationChange& command, const Facts& facts,
                                       const Context& context);
absl::StatusOr<RegistryChanges> Decide(const ReviewOrganizationChange& command, const Facts& facts,
                                       const Context& context);
absl::StatusOr<RegistryChanges> Decide(const WithdrawOrganizationChange& command, const Facts& facts,
                                       const Context& context);

/// Ends an open change; `by` is empty where nobody decided.
Changed<OrganizationChange> EndOf(const OrganizationChange& open, ChangeState state, AccountId by, std::string reason,
                                  Time now, std::string event);

}  // namespace muster::registry
