#include "muster/geo/polygon.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/geo/distance.h"
#include "simple_ring.h"

namespace muster::geo {
namespace {

constexpr double kGrid = 1e7;

GridPoint OnGrid(const Position& position) {
  return {std::llround(position.longitude * kGrid), std::llround(position.latitude * kGrid)};
}

/// A corner that the ring keeps, with its place on the grid.
struct Corner {
  Position position;
  GridPoint grid;
};

bool IsSpike(const Corner& before, const Corner& tip, const Corner& after) {
  if (before.grid == after.grid) {
    return true;
  }
  const auto dot = static_cast<__int128>(tip.grid.x - before.grid.x) * (after.grid.x - tip.grid.x) +
                   static_cast<__int128>(tip.grid.y - before.grid.y) * (after.grid.y - tip.grid.y);
  return Orientation(before.grid, tip.grid, after.grid) == 0 && dot < 0;
}

void AddCorner(std::vector<Corner>& ring, const Corner& corner) {
  while (!ring.empty()) {
    if (ring.back().grid == corner.grid) {
      return;
    }
    if (ring.size() < 2 || !IsSpike(ring[ring.size() - 2], ring.back(), corner)) {
      break;
    }
    ring.pop_back();
  }
  ring.push_back(corner);
}

/// Repeats and spikes round the seam, where the last corner meets the first.
void TrimSeam(std::vector<Corner>& ring) {
  size_t first = 0;
  size_t last = ring.size();
  while (last - first >= 3) {
    if (ring[last - 1].grid == ring[first].grid || IsSpike(ring[last - 2], ring[last - 1], ring[first])) {
      --last;
    } else if (IsSpike(ring[last - 1], ring[first], ring[first + 1])) {
      ++first;
    } else {
      break;
    }
  }
  ring.erase(ring.begin() + static_cast<std::ptrdiff_t>(last), ring.end());
  ring.erase(ring.begin(), ring.begin() + static_cast<std::ptrdiff_t>(first));
}

/// The corners without repeats and spikes, the first not repeated at the end.
std::vector<Corner> Corners(const std::vector<Position>& points) {
  std::vector<Corner> ring;
  for (const Position& point : points) {
    AddCorner(ring, {point, OnGrid(point)});
  }
  TrimSeam(ring);
  return ring;
}

std::optional<GeometryFault> FindFaultOfPoints(const std::vector<Position>& points) {
  for (const Position& point : points) {
    if (const auto fault = FindFault(point); fault.has_value()) {
      return fault;
    }
  }
  for (size_t i = 1; i < points.size(); ++i) {
    if (std::abs(points[i].longitude - points[i - 1].longitude) > 180.0) {
      return GeometryFault::kCrosses180;
    }
  }
  return std::nullopt;
}

std::optional<GeometryFault> FindFaultOfRing(const std::vector<Corner>& ring) {
  if (ring.size() < 3) {
    return GeometryFault::kNoArea;
  }
  std::vector<GridPoint> grid;
  for (const Corner& corner : ring) {
    grid.push_back(corner.grid);
  }
  return CrossesItself(grid) ? std::optional(GeometryFault::kSelfCrossing) : std::nullopt;
}

std::optional<GeometryFault> FindFaultOfCount(const std::vector<Position>& points) {
  if (points.size() > Polygon::kMaxPoints) {
    return GeometryFault::kTooManyPoints;
  }
  if (points.size() < Polygon::kMinPoints) {
    return GeometryFault::kTooFewPoints;
  }
  return std::nullopt;
}

std::optional<GeometryFault> Examine(const std::vector<Position>& points, std::vector<Corner>& ring) {
  if (const auto fault = FindFaultOfCount(points); fault.has_value()) {
    return fault;
  }
  if (const auto fault = FindFaultOfPoints(points); fault.has_value()) {
    return fault;
  }
  if (OnGrid(points.front()) != OnGrid(points.back())) {
    return GeometryFault::kNotClosed;
  }
  ring = Corners(points);
  return FindFaultOfRing(ring);
}

/// The lower or upper half of the hull of sorted corners (Andrew's monotone chain).
template <class Iterator>
void AppendChain(Iterator begin, Iterator end, std::vector<Corner>& hull) {
  const size_t start = hull.size();
  for (auto corner = begin; corner != end; ++corner) {
    while (hull.size() >= start + 2 && Orientation(hull[hull.size() - 2].grid, hull.back().grid, corner->grid) <= 0) {
      hull.pop_back();
    }
    hull.push_back(*corner);
  }
  hull.pop_back();
}

struct Centre {
  Position position;
  double weight = 0;
};

/// Twice the signed surface in square degrees, and the centre of gravity, measured from the first point.
Centre CentreOf(const std::vector<Position>& points) {
  const Position& origin = points.front();
  double twice = 0;
  double x = 0;
  double y = 0;
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    const double ax = points[i].longitude - origin.longitude;
    const double ay = points[i].latitude - origin.latitude;
    const double bx = points[i + 1].longitude - origin.longitude;
    const double by = points[i + 1].latitude - origin.latitude;
    const double cross = ax * by - bx * ay;
    twice += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return {{origin.latitude + y / (3 * twice), origin.longitude + x / (3 * twice)}, twice};
}

bool OnSide(const Position& a, const Position& b, const Position& p) {
  constexpr double kTolerance = 1e-12;
  const double cross =
      (b.longitude - a.longitude) * (p.latitude - a.latitude) - (b.latitude - a.latitude) * (p.longitude - a.longitude);
  return std::abs(cross) <= kTolerance && p.latitude >= std::min(a.latitude, b.latitude) &&
         p.latitude <= std::max(a.latitude, b.latitude) && p.longitude >= std::min(a.longitude, b.longitude) &&
         p.longitude <= std::max(a.longitude, b.longitude);
}

}  // namespace

absl::StatusOr<Polygon> Polygon::Create(std::vector<Position> points, const std::string& field) {
  std::vector<Corner> ring;
  if (const auto fault = Examine(points, ring); fault.has_value()) {
    return BadGeometry(*fault, field);
  }
  std::vector<Position> kept;
  kept.reserve(ring.size() + 1);
  for (const Corner& corner : ring) {
    kept.push_back(corner.position);
  }
  kept.push_back(kept.front());
  return Polygon(std::move(kept));
}

std::optional<GeometryFault> Polygon::FindFault(const std::vector<Position>& points) {
  std::vector<Corner> ring;
  return Examine(points, ring);
}

absl::StatusOr<Polygon> Polygon::Hull(std::vector<Position> points, const std::string& field) {
  if (points.size() > kMaxPoints) {
    return BadGeometry(GeometryFault::kTooManyPoints, field);
  }
  std::vector<Corner> corners;
  for (const Position& point : points) {
    MUSTER_RETURN_IF_ERROR(Validate(point, field));
    corners.push_back({point, OnGrid(point)});
  }
  std::sort(corners.begin(), corners.end(), [](const auto& a, const auto& b) { return a.grid < b.grid; });
  std::vector<Corner> hull;
  if (!corners.empty()) {
    AppendChain(corners.begin(), corners.end(), hull);
    AppendChain(corners.rbegin(), corners.rend(), hull);
  }
  if (hull.size() < 3) {
    return BadGeometry(GeometryFault::kNoArea, field);
  }
  points.clear();
  for (const Corner& corner : hull) {
    points.push_back(corner.position);
  }
  points.push_back(points.front());
  return Create(std::move(points), field);
}

Polygon::Polygon(std::vector<Position> points) : points_(std::move(points)), bounding_box_{points_[0], points_[0]} {
  for (const Position& point : points_) {
    bounding_box_.south_west.latitude = std::min(bounding_box_.south_west.latitude, point.latitude);
    bounding_box_.south_west.longitude = std::min(bounding_box_.south_west.longitude, point.longitude);
    bounding_box_.north_east.latitude = std::max(bounding_box_.north_east.latitude, point.latitude);
    bounding_box_.north_east.longitude = std::max(bounding_box_.north_east.longitude, point.longitude);
  }
}

bool Polygon::Contains(const Position& position) const {
  if (!bounding_box_.Contains(position)) {
    return false;
  }
  bool inside = false;
  for (size_t i = 0; i + 1 < points_.size(); ++i) {
    const Position& a = points_[i];
    const Position& b = points_[i + 1];
    if (OnSide(a, b, position)) {
      return true;
    }
    if ((a.latitude > position.latitude) != (b.latitude > position.latitude)) {
      const double at = (position.latitude - a.latitude) / (b.latitude - a.latitude);
      inside ^= position.longitude < a.longitude + at * (b.longitude - a.longitude);
    }
  }
  return inside;
}

Position Polygon::Centroid() const { return CentreOf(points_).position; }

bool Circle::Contains(const Position& position) const { return DistanceMeters(center, position) <= radius_m; }

BoundingBox Circle::bounding_box() const {
  constexpr double kDegree = std::numbers::pi / 180.0;
  const double angle = radius_m / kEarthRadiusMeters;
  const double south = center.latitude - angle / kDegree;
  const double north = center.latitude + angle / kDegree;
  BoundingBox box{{std::max(south, -90.0), -180.0}, {std::min(north, 90.0), 180.0}};
  if (south > -90.0 && north < 90.0) {
    const double reach = std::asin(std::min(1.0, std::sin(angle) / std::cos(center.latitude * kDegree))) / kDegree;
    if (center.longitude - reach >= -180.0 && center.longitude + reach <= 180.0) {
      box.south_west.longitude = center.longitude - reach;
      box.north_east.longitude = center.longitude + reach;
    }
  }
  return box;
}

absl::Status Validate(const Circle& circle, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(Validate(circle.center, field));
  if (!(circle.radius_m >= 0 && circle.radius_m <= std::numbers::pi * kEarthRadiusMeters)) {
    return BadGeometry(GeometryFault::kRadius, field);
  }
  return absl::OkStatus();
}

}  // namespace muster::geo
