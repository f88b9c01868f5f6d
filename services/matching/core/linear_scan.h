#pragma once

#include <span>
#include <vector>

#include "services/matching/core/team_index.h"

namespace muster::matching {

/// The ranking by looking at every team: the reference that the index must agree with. The result points into `teams`.
std::vector<RankedTeam> RankByScan(std::span<const TeamRecord> teams, const RankQuery& query);

}  // namespace muster::matching
