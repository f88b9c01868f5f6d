#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/geo/geometry_fault.h"

namespace muster::geo {

/// A point of the earth in degrees, WGS-84 unless a name says otherwise: the only form that is stored.
struct Position {
  double latitude = 0;   ///< degrees, north positive, [-90, 90]
  double longitude = 0;  ///< degrees, east positive, [-180, 180]
  bool operator==(const Position&) const = default;
};

/// The systems in which maps used in China give coordinates.
enum class CoordinateSystem {
  kWgs84,  ///< GPS and BeiDou receivers
  kGcj02,  ///< the shifted system of Chinese online maps
  kBd09,   ///< a further shift, of one map provider
};

/// "WGS84", "GCJ02", "BD09".
std::string_view Name(CoordinateSystem system);
std::optional<CoordinateSystem> CoordinateSystemFromName(std::string_view name);

/// What is wrong with the numbers of a position; none when it is valid.
std::optional<GeometryFault> FindFault(const Position& position);

/// Ok, or BAD_GEOMETRY for `field`.
absl::Status Validate(const Position& position, const std::string& field);

/// True inside the rectangle (72.004 to 137.8347 E, 0.8293 to 55.8271 N) in which the shifted systems are applied.
/// It is wider than China: a position in a neighbouring country given as GCJ-02 is shifted too.
bool InShiftedRegion(const Position& position);

/// A position given in `system`, as WGS-84. The formulas of the shifted systems go from WGS-84; this way back is by
/// iteration and comes back to within a millimetre of the formula; the formula itself matches the maps to a few
/// metres. Outside the shifted region nothing is changed. BAD_GEOMETRY for `field` where the input is not valid.
absl::StatusOr<Position> ToWgs84(const Position& position, CoordinateSystem system, const std::string& field);

/// A WGS-84 position in `system`; the input must be valid.
Position FromWgs84(const Position& position, CoordinateSystem system);

}  // namespace muster::geo
