#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// At most so many people go over in one merge.
inline constexpr int64_t kMaxMergedMembers = 2000;

/// Makes one organization of two, in one transaction: teams, members, memberships, recruitment drives, names elsewhere
/// and inspections of the merged one go to the survivor, and the stricter blacklisting; what it has declared for itself
/// and an open request end; the merged one becomes withdrawn. Reads organization (the survivor), its teams,
/// other_organization, other_teams, other_members, other_belongings, change (the merged one's open request). Errors:
/// NOT_FOUND (also outside the officer's district), VERSION_CONFLICT, FORBIDDEN, INVALID_FIELD (one and the same; no
/// reason), ILLEGAL_TRANSITION (either is revoked or withdrawn), OUT_OF_RANGE (too many teams, members, references or
/// inspections for one organization).
struct MergeOrganizations {
  OrganizationId survivor_id;
  int64_t expected_version = 0;
  OrganizationId merged_id;
  int64_t merged_expected_version = 0;
  std::string reason;
  /// The members of the merged one, in order of id, as the survivor's: sealed anew, since the seal names the
  /// organization. Each has the version that it was made from.
  std::vector<Member> members;
};

absl::StatusOr<RegistryChanges> Decide(const MergeOrganizations& command, const Facts& facts, const Context& context);

}  // namespace muster::registry
