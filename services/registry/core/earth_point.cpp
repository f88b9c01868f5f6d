#include "services/registry/core/earth_point.h"

#include <cmath>
#include <numbers>

#include "muster/geo/distance.h"

namespace muster::registry {
namespace {

constexpr double kRadius = geo::kEarthRadiusMeters * 10;
constexpr double kRadians = std::numbers::pi / 180;

}  // namespace

EarthPoint PointOf(const geo::Position& position) {
  const double latitude = position.latitude * kRadians;
  const double longitude = position.longitude * kRadians;
  return {std::llround(kRadius * std::cos(latitude) * std::cos(longitude)),
          std::llround(kRadius * std::cos(latitude) * std::sin(longitude)), std::llround(kRadius * std::sin(latitude))};
}

int64_t ChordOf(double distance_m) {
  return std::llround(2 * kRadius * std::sin(distance_m / (2 * geo::kEarthRadiusMeters)));
}

}  // namespace muster::registry
