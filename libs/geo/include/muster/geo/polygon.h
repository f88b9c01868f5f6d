#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/geo/position.h"

namespace muster::geo {

/// South-west and north-east corners.
struct BoundingBox {
  Position south_west;
  Position north_east;
  bool Contains(const Position& position) const {
    return position.latitude >= south_west.latitude && position.latitude <= north_east.latitude &&
           position.longitude >= south_west.longitude && position.longitude <= north_east.longitude;
  }
};

/// A polygon whose boundary is one closed line that neither crosses nor touches itself, of 4 to 10,000 points with the
/// last equal to the first, and does not cross the 180th meridian. Sides are straight in latitude and longitude.
/// Immutable.
class Polygon {
 public:
  static constexpr size_t kMinPoints = 4;
  static constexpr size_t kMaxPoints = 10'000;

  /// Checks `points`; BAD_GEOMETRY for `field` with what is wrong. Points that repeat their predecessor and spikes (a
  /// side that goes back on itself) enclose nothing and are left out without a word. Takes O(n log n) time.
  static absl::StatusOr<Polygon> Create(std::vector<Position> points, const std::string& field);

  /// What Create would find wrong, if anything.
  static std::optional<GeometryFault> FindFault(const std::vector<Position>& points);

  /// The convex hull of at least three positions that do not lie on one line: covers every polygon through them.
  /// BAD_GEOMETRY as Create.
  static absl::StatusOr<Polygon> Hull(std::vector<Position> points, const std::string& field);

  /// The points, the last equal to the first.
  const std::vector<Position>& points() const { return points_; }
  const BoundingBox& bounding_box() const { return bounding_box_; }

  /// True inside and on the boundary up to rounding.
  bool Contains(const Position& position) const;
  /// The centre of gravity of the surface in latitude and longitude. May lie outside where the shape is not convex.
  Position Centroid() const;

 private:
  explicit Polygon(std::vector<Position> points);

  std::vector<Position> points_;
  BoundingBox bounding_box_;
};

/// A circle on the ground.
struct Circle {
  Position center;
  double radius_m = 0;  ///< metres, 0 (a point) to half the earth's circumference

  bool Contains(const Position& position) const;
  /// The box round it; a box that would pass a pole or the 180th meridian is widened to all longitudes.
  BoundingBox bounding_box() const;
};

/// Ok, or BAD_GEOMETRY for `field`.
absl::Status Validate(const Circle& circle, const std::string& field);

}  // namespace muster::geo
