#include "simple_ring.h"

#include <algorithm>
#include <set>
#include <utility>

namespace muster::geo {
namespace {

/// A side of the ring, its ends in the order in which the sweep meets them.
struct Side {
  GridPoint left;
  GridPoint right;
};

/// True when `below` lies under `other` at the sweep line. Holds for sides that do not cross left of the sweep.
bool LiesBelow(const Side& below, const Side& other) {
  if (other.left < below.left) {
    return !LiesBelow(other, below) && (other.left != below.left || other.right != below.right);
  }
  int side = Orientation(below.left, below.right, other.left);
  if (side == 0) {
    side = Orientation(below.left, below.right, other.right);
  }
  return side > 0;
}

bool WithinBox(const Side& side, const GridPoint& point) {
  return std::min(side.left.x, side.right.x) <= point.x && point.x <= std::max(side.left.x, side.right.x) &&
         std::min(side.left.y, side.right.y) <= point.y && point.y <= std::max(side.left.y, side.right.y);
}

/// True when the two sides have a point in common.
bool Meet(const Side& a, const Side& b) {
  const int b_left = Orientation(a.left, a.right, b.left);
  const int b_right = Orientation(a.left, a.right, b.right);
  const int a_left = Orientation(b.left, b.right, a.left);
  const int a_right = Orientation(b.left, b.right, a.right);
  if (b_left != b_right && a_left != a_right) {
    return true;
  }
  return (b_left == 0 && WithinBox(a, b.left)) || (b_right == 0 && WithinBox(a, b.right)) ||
         (a_left == 0 && WithinBox(b, a.left)) || (a_right == 0 && WithinBox(b, a.right));
}

class Sweep {
 public:
  explicit Sweep(const std::vector<GridPoint>& ring) : order_(Below{&sides_}) {
    for (size_t i = 0; i < ring.size(); ++i) {
      const auto [left, right] = std::minmax(ring[i], ring[(i + 1) % ring.size()]);
      sides_.push_back({left, right});
    }
    places_.resize(sides_.size(), order_.end());
  }

  bool FindsCrossing() {
    for (const Event& event : Events()) {
      if (event.starts ? Insert(event.side) : Remove(event.side)) {
        return true;
      }
    }
    return false;
  }

 private:
  struct Below {
    const std::vector<Side>* sides;
    bool operator()(size_t a, size_t b) const { return a != b && LiesBelow((*sides)[a], (*sides)[b]); }
  };
  using Order = std::set<size_t, Below>;
  /// A side starts or ends. At one point, sides end before others start.
  struct Event {
    GridPoint point;
    bool starts;
    size_t side;
    auto operator<=>(const Event&) const = default;
  };

  std::vector<Event> Events() const {
    std::vector<Event> events;
    events.reserve(sides_.size() * 2);
    for (size_t i = 0; i < sides_.size(); ++i) {
      events.push_back({sides_[i].left, true, i});
      events.push_back({sides_[i].right, false, i});
    }
    std::sort(events.begin(), events.end());
    return events;
  }

  /// Neighbours on the ring share a corner and are no crossing; spikes are gone before this runs.
  bool Cross(size_t a, size_t b) const {
    const size_t gap = a > b ? a - b : b - a;
    return gap != 1 && gap != sides_.size() - 1 && Meet(sides_[a], sides_[b]);
  }

  bool Insert(size_t side) {
    const auto [place, inserted] = order_.insert(side);
    if (!inserted) {
      return true;  // equal to another side
    }
    places_[side] = place;
    const auto above = std::next(place);
    return (above != order_.end() && Cross(side, *above)) ||
           (place != order_.begin() && Cross(side, *std::prev(place)));
  }

  bool Remove(size_t side) {
    const auto above = order_.erase(places_[side]);
    return above != order_.end() && above != order_.begin() && Cross(*above, *std::prev(above));
  }

  std::vector<Side> sides_;
  Order order_;
  std::vector<Order::iterator> places_;
};

bool HasRepeatedCorner(std::vector<GridPoint> ring) {
  std::sort(ring.begin(), ring.end());
  return std::adjacent_find(ring.begin(), ring.end()) != ring.end();
}

}  // namespace

int Orientation(const GridPoint& a, const GridPoint& b, const GridPoint& c) {
  // A product of two differences of coordinates does not fit in 64 bits.
  using Wide = __int128;
  const Wide cross = static_cast<Wide>(b.x - a.x) * (c.y - a.y) - static_cast<Wide>(b.y - a.y) * (c.x - a.x);
  return cross > 0 ? 1 : cross < 0 ? -1 : 0;
}

bool CrossesItself(const std::vector<GridPoint>& ring) {
  return HasRepeatedCorner(ring) || Sweep(ring).FindsCrossing();
}

}  // namespace muster::geo
