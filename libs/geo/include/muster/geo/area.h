#pragma once

#include <optional>
#include <vector>

#include "muster/geo/polygon.h"

namespace muster::geo {

/// Where something happens: any number of polygons and circles.
struct Area {
  std::vector<Polygon> polygons;
  std::vector<Circle> circles;

  bool empty() const { return polygons.empty() && circles.empty(); }
  /// True when some part contains the position.
  bool Contains(const Position& position) const;
  /// The mean of the parts' centres, each weighted by its surface; none for an empty area.
  std::optional<Position> Centroid() const;
  /// Round all parts; none for an empty area.
  std::optional<BoundingBox> bounding_box() const;
};

}  // namespace muster::geo
