#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <vector>

#include "muster/geo/distance.h"
#include "services/matching/core/index_version.h"
#include "services/matching/core/team_index.h"

namespace muster::matching {
namespace {

constexpr float kInfinite = std::numeric_limits<float>::infinity();
/// What float arithmetic may be wrong by, in minutes, with a wide margin; costs are below some 10,000 minutes.
constexpr float kCostMargin = 0.02F;
/// The same for distances: a unit vector's coordinate in float is good to 0.4 m on the ground.
constexpr float kDistanceMarginMeters = 3.0F;
constexpr float kRadiusMeters = static_cast<float>(geo::kEarthRadiusMeters);

/// A query prepared for bounding.
struct Search {
  explicit Search(const RankQuery& rank_query);

  const RankQuery& query;
  const ScorePolicy& policy;
  int64_t start;
  int64_t end;
  bool remote;
  bool travels = false;  ///< distance counts
  UnitVector point{};
  uint8_t level_mask = 0;           ///< levels that will do
  std::array<float, 8> fit_cost{};  ///< by level
  float start_hours;
  float now_hours;
  bool worked = false;  ///< rest and fairness are bounded: the postings hold them for real work only
  float people;

  bool Admits(const TeamRecord& team) const;
};

Search::Search(const RankQuery& rank_query)
    : query(rank_query), policy(rank_query.policy), remote(rank_query.need.place == Place::kRemote) {
  const TeamNeed& need = query.need;
  const Window hull = HullOf(need);
  start = ToMicros(hull.start);
  end = ToMicros(hull.end);
  start_hours = FloatHours(hull.start);
  now_hours = FloatHours(query.now);
  worked = need.mode == Mode::kReal;
  people = static_cast<float>(need.people);
  for (int level = 0; level < 8; ++level) {
    if (need.lowest_level == 0 || level <= need.lowest_level) {
      level_mask = static_cast<uint8_t>(level_mask | LevelBit(level));
    }
    fit_cost[static_cast<size_t>(level)] = static_cast<float>(FitCost(level, need.lowest_level, policy));
  }
  fit_cost[7] = 0;  // stands for all levels from 7 on
  if (need.position && !remote) {
    travels = true;
    point = UnitVectorOf(*need.position);
  }
}

/// What the postings do not decide.
bool Search::Admits(const TeamRecord& team) const {
  return (query.district_path.empty() || DistrictCovers(query.district_path, team.district_path)) &&
         (query.without.empty() || query.without.count(team.facts.team_id) == 0);
}

/// Metres that are surely not more than the way over the ground, from the squared chord of unit vectors.
float LeastMeters(float squared_chord) {
  return std::max(0.0F, std::sqrt(squared_chord) * kRadiusMeters * (1 - 1e-6F) - kDistanceMarginMeters);
}

float SquaredDistanceToBox(const UnitVector& point, const PostingSummary& box) {
  float sum = 0;
  for (size_t axis = 0; axis < 3; ++axis) {
    const float outside = std::max({0.0F, box.low[axis] - point[axis], point[axis] - box.high[axis]});
    sum += outside * outside;
  }
  return sum;
}

/// A cost that no team below the node can be under.
float LeastCost(const Search& search, const PostingSummary& summary) {
  if ((summary.level_mask & search.level_mask) == 0 || (search.remote && !summary.remote)) {
    return kInfinite;
  }
  if (!search.travels) {
    return 0;
  }
  return summary.fixed_minutes + LeastMeters(SquaredDistanceToBox(search.point, summary)) * summary.minutes_per_metre;
}

using CellCosts = std::array<float, PostingCell::kCapacity>;

/// The same for every row of a cell: in straight loops, so that the compiler makes vector code of them.
void LeastCosts(const Search& search, const PostingCell& cell, bool travels, CellCosts& cost) {
  const ScorePolicy& policy = search.policy;
  const auto fresh_half = static_cast<float>(static_cast<double>(policy.freshness_half.count()) / 3600e6);
  const auto fresh_minutes = static_cast<float>(policy.freshness_minutes);
  for (size_t row = 0; row < cost.size(); ++row) {
    const float age = std::max(0.0F, search.now_hours - cell.confirmed_hours[row]);
    cost[row] = fresh_minutes * age / (age + fresh_half);
  }
  if (search.worked) {
    const auto rest_minutes = static_cast<float>(policy.rest_minutes);
    const auto full_rest = static_cast<float>(static_cast<double>(policy.full_rest.count()) / 3600e6);
    const auto fair_minutes = static_cast<float>(policy.fairness_minutes);
    const auto fair_half = static_cast<float>(static_cast<double>(policy.fairness_half.count()) / 3600e6);
    for (size_t row = 0; row < cost.size(); ++row) {
      const float rested = std::clamp((search.start_hours - cell.worked_hours[row]) / full_rest, 0.0F, 1.0F);
      const float recent = cell.recent_hours[row];
      cost[row] += rest_minutes * (1 - rested) + fair_minutes * recent / (recent + fair_half);
    }
  }
  if (search.people > 0) {
    const auto head_minutes = static_cast<float>(policy.headcount_minutes);
    for (size_t row = 0; row < cost.size(); ++row) {
      const float heads = cell.headcount[row];
      const float larger = std::max(heads, search.people);
      cost[row] += heads > 0 ? head_minutes * (larger - std::min(heads, search.people)) / larger : 0.0F;
    }
  }
  if (travels) {
    for (size_t row = 0; row < cost.size(); ++row) {
      const float x = cell.x[row] - search.point[0];
      const float y = cell.y[row] - search.point[1];
      const float z = cell.z[row] - search.point[2];
      cost[row] += cell.fixed_minutes[row] + LeastMeters(x * x + y * y + z * z) * cell.minutes_per_metre[row];
    }
  }
}

/// The best `limit` so far.
class TopTeams {
 public:
  explicit TopTeams(size_t limit) : limit_(limit) { teams_.reserve(limit); }

  bool IsFull() const { return teams_.size() >= limit_; }
  /// A team that costs more than this cannot enter.
  float Threshold() const { return threshold_; }

  void Offer(const TeamRecord& team, const Score& score) {
    if (limit_ == 0) {
      return;
    }
    if (IsFull()) {
      if (!Before({&team, score}, teams_.front())) {
        return;
      }
      std::pop_heap(teams_.begin(), teams_.end(), Before);
      teams_.pop_back();
    }
    teams_.push_back({&team, score});
    std::push_heap(teams_.begin(), teams_.end(), Before);
    if (IsFull()) {
      threshold_ = static_cast<float>(teams_.front().score.cost) + kCostMargin;
    }
  }

  std::vector<RankedTeam> TakeSorted() {
    std::sort_heap(teams_.begin(), teams_.end(), Before);
    return std::move(teams_);
  }

 private:
  static bool Before(const RankedTeam& a, const RankedTeam& b) {
    return RanksBefore(a.score, a.team->facts.team_id, b.score, b.team->facts.team_id);
  }

  size_t limit_;
  float threshold_ = kInfinite;
  std::vector<RankedTeam> teams_;
};

/// Counts the teams that rank before a given one.
class BetterTeams {
 public:
  explicit BetterTeams(const RankedTeam& reference)
      : reference_(reference), threshold_(static_cast<float>(reference.score.cost) + kCostMargin) {}

  float Threshold() const { return threshold_; }
  void Offer(const TeamRecord& team, const Score& score) {
    count_ += RanksBefore(score, team.facts.team_id, reference_.score, reference_.team->facts.team_id) ? 1 : 0;
  }
  /// The reference ranks behind all placed teams, whatever they cost.
  void CountEverything() { threshold_ = kInfinite; }
  size_t count() const { return count_; }

 private:
  const RankedTeam& reference_;
  float threshold_;
  size_t count_ = 0;
};

/// The rows of a cell that may hold a team that enters; their entries are on their way into the cache.
template <class Collector>
size_t FindRows(const Search& search, const PostingCell& cell, bool travels, const Collector& collector,
                std::array<uint8_t, PostingCell::kCapacity>& rows) {
  CellCosts cost;
  LeastCosts(search, cell, travels, cost);
  size_t found = 0;
  for (size_t row = 0; row < cell.count; ++row) {
    const float fit = cell.inexact[row] ? 0 : search.fit_cost[std::min<size_t>(cell.level[row], 7)];
    if (cost[row] + fit <= collector.Threshold() && (cell.level_mask[row] & search.level_mask) != 0 &&
        cell.from[row] <= search.start && cell.until[row] >= search.end && (!search.remote || cell.remote[row])) {
      rows[found++] = static_cast<uint8_t>(row);
      __builtin_prefetch(&cell.entry[row]->real);
      __builtin_prefetch(reinterpret_cast<const char*>(&cell.entry[row]->real) + 64);
    }
  }
  return found;
}

template <class Collector>
void ScanCell(const Search& search, const PostingCell& cell, bool travels, Collector& collector) {
  std::array<uint8_t, PostingCell::kCapacity> rows;
  const size_t found = FindRows(search, cell, travels, collector, rows);
  const TeamNeed& need = search.query.need;
  for (size_t i = 0; i < found; ++i) {
    const size_t row = rows[i];
    const TeamEntry& entry = *cell.entry[row];
    const TeamRecord& team = entry.record;
    const bool exact = !cell.inexact[row] && cell.level[row] < 7;
    const bool troubled = cell.trouble_start[row] <= search.end && search.start <= cell.trouble_end[row];
    if (!search.Admits(team) || (exact ? troubled && !IsUndisturbed(team, need) : !IsEligible(team, need))) {
      continue;
    }
    const int level = exact ? cell.level[row] : ServingLevel(team, need);
    const Score score = need.mode == Mode::kReal
                            ? ScoreTeam(entry.real, need, search.policy, search.query.now, level)
                            : ScoreTeam(InputsOf(team, need.mode), need, search.policy, search.query.now, level);
    collector.Offer(team, score);
  }
}

/// What LeastCosts reads.
void PrefetchColumns(const PostingCell& cell) {
  const char* from = reinterpret_cast<const char*>(&cell.x);
  for (const char* line = from; line <= reinterpret_cast<const char*>(&cell.headcount); line += 64) {
    __builtin_prefetch(line);
  }
}

/// Depth first, the cheaper half first: what remains costs at least as much as its bound says.
template <class Collector>
void Walk(const Search& search, const PostingTree& tree, bool travels, Collector& collector) {
  struct Waiting {
    const PostingTree* tree;
    float least;
  };
  if (tree.IsEmpty()) {
    return;
  }
  std::array<Waiting, 256> stack;  // a tree's depth is below 80, see IsTooDeep
  size_t size = 0;
  stack[size++] = {&tree, LeastCost(search, tree.summary)};
  while (size > 0) {
    const Waiting waiting = stack[--size];
    if (waiting.least == kInfinite || waiting.least > collector.Threshold()) {
      continue;
    }
    if (waiting.tree->IsCell()) {
      ScanCell(search, CellOf(*waiting.tree), travels, collector);
      continue;
    }
    const std::array<PostingTree, 2>& child = BranchOf(*waiting.tree).child;
    const std::array<float, 2> least{LeastCost(search, child[0].summary), LeastCost(search, child[1].summary)};
    const size_t first = least[1] < least[0] ? 1 : 0;
    stack[size++] = {&child[1 - first], least[1 - first]};
    if (child[1 - first].IsCell() && least[1 - first] <= collector.Threshold()) {
      PrefetchColumns(CellOf(child[1 - first]));
    }
    stack[size++] = {&child[first], least[first]};
  }
}

/// A handful of named teams: looked at one by one.
template <class Collector>
void WalkNamed(const Search& search, const Snapshot& snapshot, Collector& collector) {
  for (const TeamId& id : *search.query.only) {
    const TeamRecord* team = snapshot.Find(id);
    if (team != nullptr && search.Admits(*team) && IsEligible(*team, search.query.need)) {
      collector.Offer(*team, ScoreTeam(*team, search.query.need, search.policy, search.query.now));
    }
  }
}

}  // namespace

std::vector<RankedTeam> Snapshot::Rank(const RankQuery& query) const {
  const Search search(query);
  TopTeams top(query.limit);
  if (query.only) {
    WalkNamed(search, *this, top);
    return top.TakeSorted();
  }
  const Holders* holders = version_->HoldersOf(query.need.capability);
  if (holders != nullptr) {
    Walk(search, holders->placed, search.travels, top);
    // Where travel counts, teams without a position rank behind all others.
    if (!search.travels || !top.IsFull()) {
      Search unplaced = search;
      unplaced.travels = false;
      Walk(unplaced, holders->unplaced, false, top);
    }
  }
  return top.TakeSorted();
}

size_t Snapshot::PlaceOf(const RankQuery& query, const RankedTeam& team) const {
  const Search search(query);
  BetterTeams better(team);
  if (query.only) {
    WalkNamed(search, *this, better);
    return better.count() + 1;
  }
  if (const Holders* holders = version_->HoldersOf(query.need.capability); holders != nullptr) {
    Search unplaced = search;
    unplaced.travels = false;
    Walk(unplaced, holders->unplaced, false, better);
    if (team.score.travel_unknown) {
      better.CountEverything();
    }
    Walk(search, holders->placed, search.travels, better);
  }
  return better.count() + 1;
}

}  // namespace muster::matching
