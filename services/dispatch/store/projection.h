#pragma once

#include <memory>
#include <vector>

#include "muster/storage/command.h"
#include "services/dispatch/core/model.h"

namespace muster::dispatch {

/// Puts teams of the registry into the projection, each if it is not older than what is there.
std::unique_ptr<storage::Command> ProjectTeams(std::vector<ProjectedTeam> teams);

}  // namespace muster::dispatch
