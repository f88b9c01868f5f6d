#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// How often one account may see personal fields in clear within an hour.
inline constexpr size_t kMaxUnmaskingsPerHour = 30;

/// Shows personal fields in clear: to operators, officers and managers who see the person, and to the person. Reads
/// member, people.unmaskings. Errors: NOT_FOUND, FORBIDDEN, INVALID_FIELD (no purpose, an unknown field), OUT_OF_RANGE
/// (more fields than there are), ILLEGAL_TRANSITION (forgotten), RATE_LIMITED.
struct UnmaskMember {
  UnmaskingId id;
  std::string purpose;
  std::vector<std::string> fields;
};

/// Forgets who somebody is: key and personal fields are destroyed, consents, memberships and applications end, the
/// numbers of certificates go, the id stays. By the person or an officer. Reads member, people.memberships,
/// people.applications, people.recruitments, people.certificates, people.leads_a_team. Errors: NOT_FOUND,
/// VERSION_CONFLICT, FORBIDDEN, INVALID_FIELD (no reason), ILLEGAL_TRANSITION (forgotten already, leads a team).
struct EraseMember {
  int64_t expected_version = 0;
  std::string reason;
};

absl::StatusOr<RegistryChanges> Decide(const UnmaskMember& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const EraseMember& command, const Facts& facts, const Context& context);

}  // namespace muster::registry
