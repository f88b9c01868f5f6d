#pragma once

#include <cstdint>
#include <vector>

namespace muster::geo {

/// A point on a grid of ten-millionths of a degree (a centimetre), on which all tests are exact.
struct GridPoint {
  int64_t x = 0;
  int64_t y = 0;
  auto operator<=>(const GridPoint&) const = default;
};

/// Which side of the line from `a` to `b` the point `c` is on: 1 left, -1 right, 0 on the line.
int Orientation(const GridPoint& a, const GridPoint& b, const GridPoint& c);

/// True when the closed ring of distinct consecutive corners (the first not repeated) touches or crosses itself.
/// The sweep of Shamos and Hoey, O(n log n).
bool CrossesItself(const std::vector<GridPoint>& ring);

}  // namespace muster::geo
