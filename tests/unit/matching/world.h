#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "services/matching/core/team_index.h"

namespace muster::matching::testing {

/// 2026-03-01T00:00:00Z, the "now" of these tests.
inline constexpr Time kNow{std::chrono::seconds(1'772'323'200)};

inline Time HoursFromNow(double hours) { return kNow + Duration(static_cast<int64_t>(hours * 3600e6)); }
inline Window HourWindow(double start, double end) { return {HoursFromNow(start), HoursFromNow(end)}; }

struct WorldOptions {
  size_t teams = 500;
  int capabilities = 6;
  double spread_degrees = 0.5;  ///< of positions around Suzhou; 0: all at one place
  double troubled = 0.3;        ///< share of teams with each kind of trouble
  double unplaced = 0.1;
  bool whole_earth = false;
};

/// Teams with everything that eligibility and scores look at, from a seed.
class World {
 public:
  World(uint64_t seed, WorldOptions options);

  TeamRecord NewTeam();
  /// The team with new facts and the same id.
  TeamRecord Changed(const TeamRecord& team);
  RankQuery NewQuery();
  bool Chance(double probability) { return std::uniform_real_distribution<double>(0, 1)(random_) < probability; }
  size_t Below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random_); }
  double Between(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

  std::vector<TeamRecord> teams;

 private:
  void FillFacts(TeamFacts& facts);
  void FillWork(TeamRecord& team);
  geo::Position NewPosition();
  std::string Capability();

  std::mt19937_64 random_;
  WorldOptions options_;
  uint64_t next_id_ = 1;
};

}  // namespace muster::matching::testing
