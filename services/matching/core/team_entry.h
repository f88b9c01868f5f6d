#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "services/matching/core/score.h"

namespace muster::matching {

/// A team's id in 128 bits. For UUIDs the mapping is one to one; both halves are well mixed.
struct TeamKey {
  uint64_t high = 0;
  uint64_t low = 0;
  auto operator<=>(const TeamKey&) const = default;
};
TeamKey KeyOf(const TeamId& id);

/// A point on the unit sphere, in float. Straight lines through the earth are never longer than the way over the
/// ground, anywhere on it: that is the bound that every search rests on.
using UnitVector = std::array<float, 3>;
UnitVector UnitVectorOf(const geo::Position& position);

/// One version of a team inside the index; immutable once published.
struct TeamEntry {
  uint64_t edit = 0;
  TeamKey key;
  UnitVector point{};
  bool placed = false;  ///< has a position
  ScoreInputs real;     ///< of the record, in reality
  TeamRecord record;
};

}  // namespace muster::matching
