#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/matching/core/team_index.h"

namespace muster::matching {

/// A sentence for people in both languages.
struct Text {
  std::string zh;
  std::string en;
};

/// A part of a score, told.
struct PartText {
  std::string_view name;  ///< "fit", "travel", "headcount", "rest", "fairness", "freshness"
  double cost = 0;        ///< minutes
  Text text;              ///< what it rests on: "level 1 where 3 is needed"
};

/// The parts that have an input, in the order in which they are told.
std::vector<PartText> TellParts(const RankedTeam& ranked, const RankQuery& query);

/// One sentence on why the team stands where it stands: "No. 3, about 24 min: 7.9 km away, ...".
Text TellRank(const RankedTeam& ranked, size_t place, const RankQuery& query);

/// Why a team does not qualify. `rule` is EligibilityRule's name.
struct Refusal {
  std::string rule;
  Text text;
};

/// Where a team stands for a need: its place in the ranking, or every rule against it.
struct Explanation {
  const TeamRecord* team = nullptr;
  std::vector<Refusal> refusals;  ///< empty: eligible
  RankedTeam ranked;              ///< when eligible
  size_t place = 0;               ///< from 1, when eligible
};

/// Explains a team that the snapshot knows.
Explanation Explain(const Snapshot& snapshot, const TeamRecord& team, const RankQuery& query);

/// A rule that keeps teams from a need.
struct RuleCount {
  std::string rule;                     ///< EligibilityRule's name
  int teams = 0;                        ///< how many fail it
  const TeamRecord* example = nullptr;  ///< one of them: that which fails the fewest rules
  size_t example_rules = 0;             ///< how many that are
  Text text;                            ///< what the rule says of the example
};

/// What stands against the teams that could be ranked.
struct Obstacles {
  int examined = 0;              ///< teams looked at
  std::vector<RuleCount> rules;  ///< most frequent first; one team may fail several
};

/// Looks at the teams of the query's district that hold the capability (in a drill: that are enrolled), at most 1,000.
Obstacles CountObstacles(const Snapshot& snapshot, const RankQuery& query);

/// One sentence on why the query has no answer. `obstacles`: what CountObstacles found.
Text TellNobody(const Snapshot& snapshot, const RankQuery& query, const Obstacles& obstacles);

}  // namespace muster::matching
