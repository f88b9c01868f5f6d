#include "muster/geo/area.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "muster/geo/distance.h"

namespace muster::geo {
namespace {

constexpr double kMetersPerDegree = kEarthRadiusMeters * std::numbers::pi / 180.0;

/// The surface in square metres on a plane that touches at the polygon's middle latitude: good for a weight.
double SurfaceOf(const Polygon& polygon) {
  const auto& points = polygon.points();
  double twice = 0;
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    const double ax = points[i].longitude - points[0].longitude;
    const double bx = points[i + 1].longitude - points[0].longitude;
    twice += ax * (points[i + 1].latitude - points[0].latitude) - bx * (points[i].latitude - points[0].latitude);
  }
  const BoundingBox& box = polygon.bounding_box();
  const double middle = (box.south_west.latitude + box.north_east.latitude) / 2 * std::numbers::pi / 180.0;
  return std::abs(twice) / 2 * kMetersPerDegree * kMetersPerDegree * std::cos(middle);
}

/// A point counts as one square metre, so that an area of points has a centre too.
double SurfaceOf(const Circle& circle) { return std::max(1.0, std::numbers::pi * circle.radius_m * circle.radius_m); }

void Widen(std::optional<BoundingBox>& box, const BoundingBox& part) {
  if (!box.has_value()) {
    box = part;
    return;
  }
  box->south_west.latitude = std::min(box->south_west.latitude, part.south_west.latitude);
  box->south_west.longitude = std::min(box->south_west.longitude, part.south_west.longitude);
  box->north_east.latitude = std::max(box->north_east.latitude, part.north_east.latitude);
  box->north_east.longitude = std::max(box->north_east.longitude, part.north_east.longitude);
}

}  // namespace

bool Area::Contains(const Position& position) const {
  const auto contains = [&](const auto& part) { return part.Contains(position); };
  return std::any_of(polygons.begin(), polygons.end(), contains) ||
         std::any_of(circles.begin(), circles.end(), contains);
}

std::optional<Position> Area::Centroid() const {
  double total = 0;
  Position sum;
  const auto add = [&](const Position& center, double weight) {
    total += weight;
    sum.latitude += center.latitude * weight;
    sum.longitude += center.longitude * weight;
  };
  for (const Polygon& polygon : polygons) {
    add(polygon.Centroid(), SurfaceOf(polygon));
  }
  for (const Circle& circle : circles) {
    add(circle.center, SurfaceOf(circle));
  }
  if (total <= 0) {
    return std::nullopt;
  }
  return Position{sum.latitude / total, sum.longitude / total};
}

std::optional<BoundingBox> Area::bounding_box() const {
  std::optional<BoundingBox> box;
  for (const Polygon& polygon : polygons) {
    Widen(box, polygon.bounding_box());
  }
  for (const Circle& circle : circles) {
    Widen(box, circle.bounding_box());
  }
  return box;
}

}  // namespace muster::geo
