#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// Rows to store as they are, in one transaction: the loader's way in. Organizations come as approved, members sealed.
/// Reads as ImportFacts says.
struct ImportBatch {
  std::vector<Organization> organizations;
  std::vector<Team> teams;
  std::vector<Member> members;
  std::vector<Availability> availabilities;
  std::string source;  ///< what is imported, for the audit record
};

/// Whose a team is, and where.
struct TeamPlace {
  OrganizationId organization_id;
  std::string district_path;
};

/// What is in the store already of that which a batch names.
struct ImportFacts {
  std::set<std::string> ids;                            ///< rows of the batch that are there
  std::map<OrganizationId, std::string> organizations;  ///< those that its teams and members name, with their districts
  std::map<TeamId, TeamPlace> teams;                    ///< those that its members and windows name
};

/// The rows of a batch that are new.
struct ImportChanges {
  std::vector<Organization> organizations;
  std::vector<std::string> organization_fields;  ///< of each, as errors name it: "organizations[12]"
  std::vector<Team> teams;
  std::vector<Member> members;
  std::vector<Availability> availabilities;
  int skipped = 0;
  int stored() const {
    return static_cast<int>(organizations.size() + teams.size() + members.size() + availabilities.size());
  }
};

/// Rows already there are skipped, so a batch can be repeated. One bad row refuses the whole batch. Every row and every
/// organization and team that a row joins lies in the caller's district. Errors: INVALID_FIELD (ids that are not UUIDs
/// or come twice), FORBIDDEN (a row of another district), UNKNOWN_REFERENCE (also to what lies in another district),
/// those of CheckOrganization, CheckTeam and CheckMember.
absl::StatusOr<ImportChanges> Decide(const ImportBatch& command, const ImportFacts& facts, const Context& context);

}  // namespace muster::registry
