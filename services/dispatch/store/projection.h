#pragma once

#include <memory>
#include <vector>

#include "muster/base/random.h"
#include "muster/storage/command.h"
#include "services/dispatch/core/model.h"
#include "services/dispatch/store/writes.h"

namespace muster::dispatch {

/// Puts teams of the registry into the projection, each if it is not older than what is there.
std::unique_ptr<storage::Command> ProjectTeams(std::vector<ProjectedTeam> teams);

/// Puts one team into the projection if it is not older than what is there, and in the same transaction raises or takes
/// back the alarms of its assignments. `payloads` and `random` must outlive it.
std::unique_ptr<storage::Command> ProjectTeam(ProjectedTeam team, const EventPayloads& payloads, Random& random);

}  // namespace muster::dispatch
