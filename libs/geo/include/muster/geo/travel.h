#pragma once

#include <optional>
#include <string_view>

#include "muster/base/clock.h"
#include "muster/geo/position.h"

namespace muster::geo {

enum class TravelMode { kWalk, kBicycle, kCar, kVan, kBus };

/// "walk", "bicycle", "car", "van", "bus".
std::string_view Name(TravelMode mode);
std::optional<TravelMode> TravelModeFromName(std::string_view name);

/// How a mode of travel is estimated. The numbers are this project's policy for a Chinese city by day, not
/// measurements: replace them when the city has its own.
struct TravelPolicy {
  double road_factor;   ///< length of the way / straight line
  double speed_kmh;     ///< door to door, with stops
  Duration assembling;  ///< from the call to departure with the vehicle, added once
};

inline constexpr TravelPolicy kWalkPolicy{1.3, 4.5, std::chrono::minutes(0)};
inline constexpr TravelPolicy kBicyclePolicy{1.3, 13.0, std::chrono::minutes(2)};
inline constexpr TravelPolicy kCarPolicy{1.4, 35.0, std::chrono::minutes(5)};
inline constexpr TravelPolicy kVanPolicy{1.4, 32.0, std::chrono::minutes(8)};
inline constexpr TravelPolicy kBusPolicy{1.5, 24.0, std::chrono::minutes(15)};

const TravelPolicy& PolicyOf(TravelMode mode);

struct TravelEstimate {
  double way_m = 0;     ///< estimated length of the way, metres
  Duration duration{};  ///< from the call to arrival
};

/// The estimate for a straight-line distance in metres (negative counts as 0).
TravelEstimate EstimateTravel(double distance_m, TravelMode mode);
/// The same between two valid positions.
TravelEstimate EstimateTravel(const Position& from, const Position& to, TravelMode mode);

}  // namespace muster::geo
