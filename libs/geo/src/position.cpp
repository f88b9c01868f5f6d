#include "muster/geo/position.h"

#include <cmath>
#include <numbers>

#include "muster/base/status_macros.h"

namespace muster::geo {
namespace {

using std::numbers::pi;

constexpr double kDegree = pi / 180.0;
// The Krasovsky 1940 ellipsoid, on which the shift of GCJ-02 is defined.
constexpr double kAxisMeters = 6378245.0;
constexpr double kEccentricitySquared = 0.00669342162296594323;
constexpr double kBd09Pi = pi * 3000.0 / 180.0;

struct Shift {
  double north_m;
  double east_m;
};

/// The waves of the published formula, in metres.
double Waves(double east, double value, double amplitude) {
  return (20.0 * std::sin(6.0 * east * pi) + 20.0 * std::sin(2.0 * east * pi) + 20.0 * std::sin(value * pi) +
          40.0 * std::sin(value / 3.0 * pi) + amplitude * std::sin(value / 12.0 * pi) +
          2.0 * amplitude * std::sin(value / 30.0 * pi)) *
         2.0 / 3.0;
}

Shift GcjShift(double x, double y) {
  const double root = std::sqrt(std::abs(x));
  const double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + Waves(x, y, 160.0);
  const double east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + Waves(x, x, 150.0);
  return {north, east};
}

Position WgsToGcj(const Position& wgs) {
  const Shift shift = GcjShift(wgs.longitude - 105.0, wgs.latitude - 35.0);
  const double sine = std::sin(wgs.latitude * kDegree);
  const double magic = 1.0 - kEccentricitySquared * sine * sine;
  const double root = std::sqrt(magic);
  const double meridian_radius = kAxisMeters * (1.0 - kEccentricitySquared) / (magic * root);
  const double parallel_radius = kAxisMeters / root * std::cos(wgs.latitude * kDegree);
  return {wgs.latitude + shift.north_m / meridian_radius / kDegree,
          wgs.longitude + shift.east_m / parallel_radius / kDegree};
}

Position GcjToBd(const Position& gcj) {
  const double radius = std::hypot(gcj.longitude, gcj.latitude) + 0.00002 * std::sin(gcj.latitude * kBd09Pi);
  const double angle = std::atan2(gcj.latitude, gcj.longitude) + 0.000003 * std::cos(gcj.longitude * kBd09Pi);
  return {radius * std::sin(angle) + 0.006, radius * std::cos(angle) + 0.0065};
}

Position Forward(const Position& wgs, CoordinateSystem system) {
  const Position gcj = WgsToGcj(wgs);
  return system == CoordinateSystem::kBd09 ? GcjToBd(gcj) : gcj;
}

/// The WGS-84 position that `Forward` takes to `target`: the shift changes slowly, so repeated correction converges.
Position Backward(const Position& target, CoordinateSystem system) {
  constexpr int kMaxRounds = 30;
  constexpr double kCloseDegrees = 1e-9;
  Position guess = target;
  for (int round = 0; round < kMaxRounds; ++round) {
    const Position reached = Forward(guess, system);
    const double north = target.latitude - reached.latitude;
    const double east = target.longitude - reached.longitude;
    guess.latitude += north;
    guess.longitude += east;
    if (std::abs(north) < kCloseDegrees && std::abs(east) < kCloseDegrees) {
      break;
    }
  }
  return guess;
}

}  // namespace

std::string_view Name(CoordinateSystem system) {
  switch (system) {
    case CoordinateSystem::kWgs84:
      return "WGS84";
    case CoordinateSystem::kGcj02:
      return "GCJ02";
    case CoordinateSystem::kBd09:
      return "BD09";
  }
  return "";
}

std::optional<CoordinateSystem> CoordinateSystemFromName(std::string_view name) {
  for (const auto system : {CoordinateSystem::kWgs84, CoordinateSystem::kGcj02, CoordinateSystem::kBd09}) {
    if (Name(system) == name) {
      return system;
    }
  }
  return std::nullopt;
}

std::optional<GeometryFault> FindFault(const Position& position) {
  if (!std::isfinite(position.latitude) || !std::isfinite(position.longitude)) {
    return GeometryFault::kNotANumber;
  }
  const bool latitude_ok = std::abs(position.latitude) <= 90.0;
  const bool longitude_ok = std::abs(position.longitude) <= 180.0;
  if (!latitude_ok) {
    const bool swapped = std::abs(position.latitude) <= 180.0 && std::abs(position.longitude) <= 90.0;
    return swapped ? GeometryFault::kSwapped : GeometryFault::kLatitudeRange;
  }
  if (!longitude_ok) {
    return GeometryFault::kLongitudeRange;
  }
  return std::nullopt;
}

absl::Status Validate(const Position& position, const std::string& field) {
  const auto fault = FindFault(position);
  return fault.has_value() ? BadGeometry(*fault, field) : absl::OkStatus();
}

bool InShiftedRegion(const Position& position) {
  return position.longitude >= 72.004 && position.longitude <= 137.8347 && position.latitude >= 0.8293 &&
         position.latitude <= 55.8271;
}

absl::StatusOr<Position> ToWgs84(const Position& position, CoordinateSystem system, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(Validate(position, field));
  if (system == CoordinateSystem::kWgs84 || !InShiftedRegion(position)) {
    return position;
  }
  return Backward(position, system);
}

Position FromWgs84(const Position& position, CoordinateSystem system) {
  if (system == CoordinateSystem::kWgs84 || !InShiftedRegion(position)) {
    return position;
  }
  return Forward(position, system);
}

}  // namespace muster::geo
