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

/// What is in the store already of that which a batch names.
struct ImportFacts {
  std::set<std::string> ids;               ///< rows of the batch that are there
  std::set<OrganizationId> organizations;  ///< organizations that its teams and members name
  std::map<TeamId, OrganizationId> teams;  ///< teams that its members and windows name
};

/// The rows of a batch that are new.
struct ImportChanges {
  std::vector<Organization> organizations;
  std::vector<Team> teams;
  std::vector<Member> members;
  std::vector<Availability> availabilities;
  int skipped = 0;
  int stored() const {
    return static_cast<int>(organizations.size() + teams.size() + members.size() + availabilities.size());
  }
};

/// Rows already there are skipped, so a batch can be repeated. One bad row refuses the whole batch. Errors:
/// INVALID_FIELD (ids that are not UUIDs or come twice), UNKNOWN_REFERENCE, those of CheckOrganization, CheckTeam and
/// CheckMember.
absl::StatusOr<ImportChanges> Decide(const ImportBatch& command, const ImportFacts& facts, const Context& context);

}  // namespace muster::registry
