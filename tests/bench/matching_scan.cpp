#include "tests/bench/matching_scan.h"

#include <algorithm>

namespace muster::bench {

using matching::RankedTeam;
using matching::RankQuery;
using matching::TeamRecord;

PackedScan::PackedScan(const std::vector<TeamRecord>& teams) {
  for (const TeamRecord& team : teams) {
    Row row{};
    for (const HeldCapability& held : team.facts.capabilities) {
      const auto number = numbers_.emplace(held.capability, static_cast<uint8_t>(numbers_.size())).first->second;
      row.capability[row.count] = number;
      row.level[row.count++] = static_cast<uint8_t>(held.level);
    }
    row.plain = !team.facts.disbanded && team.facts.organization_state == OrganizationState::kApproved;
    row.team = &team;
    rows_.push_back(row);
  }
}

std::vector<RankedTeam> PackedScan::Rank(const RankQuery& query) const {
  const auto found = numbers_.find(query.need.capability);
  if (found == numbers_.end()) {
    return {};
  }
  const auto before = [](const RankedTeam& a, const RankedTeam& b) {
    return RanksBefore(a.score, a.team->facts.team_id, b.score, b.team->facts.team_id);
  };
  const int lowest = query.need.lowest_level == 0 ? 255 : query.need.lowest_level;
  std::vector<RankedTeam> best;
  for (const Row& row : rows_) {
    bool holds = false;
    for (uint8_t i = 0; i < row.count; ++i) {
      holds = holds || (row.capability[i] == found->second && row.level[i] <= lowest);
    }
    if (!holds || !row.plain || !IsEligible(*row.team, query.need)) {
      continue;
    }
    best.push_back({row.team, ScoreTeam(*row.team, query.need, query.policy, query.now)});
    std::push_heap(best.begin(), best.end(), before);
    if (best.size() > query.limit) {
      std::pop_heap(best.begin(), best.end(), before);
      best.pop_back();
    }
  }
  std::sort_heap(best.begin(), best.end(), before);
  return best;
}

}  // namespace muster::bench
