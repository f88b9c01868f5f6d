#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/core/plan.h"
#include "services/matching/core/team_index.h"

namespace muster::matching {

/// A line of a request, to be planned.
struct LineNeed {
  RankQuery query;            ///< its need, and the teams that were asked for it already
  bool counts_teams = false;  ///< whole teams are counted, not people
  int missing = 0;            ///< what is still to be found, in the line's unit
  int priority = 3;           ///< 1 (highest) to 5
};

struct RequestPlanOptions {
  size_t reserves = 20;      ///< teams a line for later waves
  int over_ask_percent = 0;  ///< further teams in the plan, beyond what is missing
  uint64_t seed = 0;
};

/// A team in a plan, with its place in the ranking of its line.
struct PlannedTeam {
  RankedTeam ranked;
  size_t place = 0;
};

/// What one line gets. The teams live as long as the snapshot that the plan was made from.
struct PlannedLine {
  std::vector<PlannedTeam> teams;     ///< to ask first, best first; no team in two lines
  std::vector<PlannedTeam> reserves;  ///< for later waves, best first; not among the teams to ask first of any line
  int amount = 0;                     ///< what `teams` bring, in the line's unit
  int shortage = 0;
};

/// A plan for all lines together. The candidates of a line are its ranking, as far down as four times what the lines
/// with the same capability need.
std::vector<PlannedLine> PlanLines(const Snapshot& snapshot, const std::vector<LineNeed>& lines, const Planner& planner,
                                   const RequestPlanOptions& options);

}  // namespace muster::matching
