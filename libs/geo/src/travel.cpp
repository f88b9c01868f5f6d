#include "muster/geo/travel.h"

#include <algorithm>
#include <array>

#include "muster/geo/distance.h"

namespace muster::geo {
namespace {

struct Row {
  TravelMode mode;
  std::string_view name;
  TravelPolicy policy;
};

constexpr std::array<Row, 5> kRows{{
    {TravelMode::kWalk, "walk", kWalkPolicy},
    {TravelMode::kBicycle, "bicycle", kBicyclePolicy},
    {TravelMode::kCar, "car", kCarPolicy},
    {TravelMode::kVan, "van", kVanPolicy},
    {TravelMode::kBus, "bus", kBusPolicy},
}};

}  // namespace

std::string_view Name(TravelMode mode) { return kRows[static_cast<size_t>(mode)].name; }

std::optional<TravelMode> TravelModeFromName(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) {
      return row.mode;
    }
  }
  return std::nullopt;
}

const TravelPolicy& PolicyOf(TravelMode mode) { return kRows[static_cast<size_t>(mode)].policy; }

TravelEstimate EstimateTravel(double distance_m, TravelMode mode) {
  const TravelPolicy& policy = PolicyOf(mode);
  TravelEstimate estimate;
  estimate.way_m = std::max(0.0, distance_m) * policy.road_factor;
  const double hours = estimate.way_m / 1000.0 / policy.speed_kmh;
  estimate.duration = policy.assembling + Duration(static_cast<int64_t>(hours * 3600e6));
  return estimate;
}

TravelEstimate EstimateTravel(const Position& from, const Position& to, TravelMode mode) {
  return EstimateTravel(DistanceMeters(from, to), mode);
}

}  // namespace muster::geo
