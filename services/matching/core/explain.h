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

}  // namespace muster::matching
