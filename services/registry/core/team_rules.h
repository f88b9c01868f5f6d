#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"
#include "services/registry/core/schedule.h"

namespace muster::registry {

/// Teams that an organization may have; a change of the organization touches them all in one transaction.
inline constexpr int64_t kMaxTeamsOfOrganization = 1000;
inline constexpr size_t kMaxCapabilitiesOfTeam = 50;

/// Makes a team of an organization. Reads organization, leader_organization, team_count. A graded rescue capability
/// needs an officer's word; plain ones the manager declares. Errors: NOT_FOUND (team.organization_id), FORBIDDEN,
/// ILLEGAL_TRANSITION (the organization is revoked or withdrawn), those of CheckTeam, OUT_OF_RANGE (too many teams).
struct CreateTeam {
  Team values;  ///< id, version, times and disbanded are set here
};

/// Changes the fields named in `paths`. Reads the team, leader_organization. Errors: NOT_FOUND, VERSION_CONFLICT,
/// FORBIDDEN, UNKNOWN_FIELD, READ_ONLY_FIELD, ILLEGAL_TRANSITION (disbanded), those of CheckTeam.
struct UpdateTeam {
  TeamId id;
  int64_t expected_version = 0;
  Team values;
  std::vector<std::string> paths;
};

/// Ends a team. Reads the team. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION.
struct DisbandTeam {
  TeamId id;
  int64_t expected_version = 0;
};

/// Says when a team is free, in place of what was declared before. Reads the team. Errors: NOT_FOUND, FORBIDDEN,
/// ILLEGAL_TRANSITION (disbanded), those of SortAndCheck.
struct DeclareAvailability {
  TeamId id;
  Schedule schedule;  ///< neither windows nor weekly times: always free but for the blackout days
};

absl::StatusOr<RegistryChanges> Decide(const CreateTeam& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const UpdateTeam& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const DisbandTeam& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const DeclareAvailability& command, const Facts& facts, const Context& context);

/// What holds for every team, with the fields named below `prefix`. Errors: INVALID_FIELD, OUT_OF_RANGE, BAD_TIME.
absl::Status CheckTeam(const Team& team, const std::string& prefix);

}  // namespace muster::registry
