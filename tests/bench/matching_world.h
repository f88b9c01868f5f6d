#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/matching/core/team_index.h"

namespace muster::bench {

/// The moment in which the world is: 2026-03-01T00:00:00Z.
inline constexpr Time kNow{std::chrono::seconds(1'772'323'200)};

/// `cities` cities of 24,000 organizations and 40,000 teams: 1 to 5 of 60 capabilities by Zipf's law, level 1 to 4,
/// headcount 3 to 60, a tenth of the teams booked, suspended or available for some time only. The same seed makes the
/// same world.
std::vector<matching::TeamRecord> MakeWorld(size_t cities, uint64_t seed);

/// Needs of one shift within the next three days, somewhere in the world.
std::vector<matching::RankQuery> MakeQueries(size_t cities, size_t count, uint64_t seed);

}  // namespace muster::bench
