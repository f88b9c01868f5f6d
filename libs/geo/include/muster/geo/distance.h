#pragma once

#include "muster/geo/position.h"

namespace muster::geo {

/// The mean radius of the earth (IUGG), metres.
inline constexpr double kEarthRadiusMeters = 6371008.8;

/// The distance over the ground between two valid positions, in metres, on a sphere (haversine). Against the WGS-84
/// ellipsoid the error is below 0.6 %, in Suzhou below 0.3 %: less than a road differs from a straight line.
double DistanceMeters(const Position& a, const Position& b);

}  // namespace muster::geo
