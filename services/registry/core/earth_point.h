#pragma once

#include <cstdint>

#include "muster/geo/position.h"

namespace muster::registry {

/// A point of the earth as a sphere, in decimetres from its centre: two of them are near each other when the straight
/// line between them is short, which integers of any database can say.
struct EarthPoint {
  int64_t x = 0;
  int64_t y = 0;
  int64_t z = 0;
};

EarthPoint PointOf(const geo::Position& position);

/// The straight line, in decimetres, between points that are `distance_m` metres apart over the ground.
int64_t ChordOf(double distance_m);

}  // namespace muster::registry
