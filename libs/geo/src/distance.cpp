#include "muster/geo/distance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace muster::geo {

double DistanceMeters(const Position& a, const Position& b) {
  constexpr double kDegree = std::numbers::pi / 180.0;
  const double sin_latitude = std::sin((b.latitude - a.latitude) * kDegree / 2);
  const double sin_longitude = std::sin((b.longitude - a.longitude) * kDegree / 2);
  const double h = sin_latitude * sin_latitude +
                   std::cos(a.latitude * kDegree) * std::cos(b.latitude * kDegree) * sin_longitude * sin_longitude;
  return 2 * kEarthRadiusMeters * std::asin(std::min(1.0, std::sqrt(h)));
}

}  // namespace muster::geo
