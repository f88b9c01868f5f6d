#include "services/matching/core/linear_scan.h"

#include <algorithm>

namespace muster::matching {
namespace {

bool IsAsked(const TeamRecord& team, const RankQuery& query) {
  const TeamId& id = team.facts.team_id;
  const auto& held = team.facts.capabilities;
  if (std::none_of(held.begin(), held.end(),
                   [&](const HeldCapability& one) { return one.capability == query.need.capability; })) {
    return false;  // spares the texts of a rule that fails for most teams
  }
  const bool named = !query.only || std::find(query.only->begin(), query.only->end(), id) != query.only->end();
  const bool in_district = query.district_path.empty() || DistrictCovers(query.district_path, team.district_path);
  return named && in_district && query.without.count(id) == 0;
}

}  // namespace

std::vector<RankedTeam> RankByScan(std::span<const TeamRecord> teams, const RankQuery& query) {
  std::vector<RankedTeam> ranked;
  for (const TeamRecord& team : teams) {
    if (IsAsked(team, query) && FailuresOf(team, query.need).empty()) {
      ranked.push_back({&team, ScoreTeam(team, query.need, query.policy, query.now)});
    }
  }
  const auto middle = ranked.begin() + static_cast<std::ptrdiff_t>(std::min(query.limit, ranked.size()));
  std::partial_sort(ranked.begin(), middle, ranked.end(), [](const RankedTeam& a, const RankedTeam& b) {
    return RanksBefore(a.score, a.team->facts.team_id, b.score, b.team->facts.team_id);
  });
  ranked.erase(middle, ranked.end());
  return ranked;
}

}  // namespace muster::matching
