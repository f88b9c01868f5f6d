#include "muster/geo/polygon.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <random>

#include "gtest/gtest.h"
#include "muster/domain/reason.h"
#include "muster/geo/area.h"
#include "muster/geo/distance.h"

namespace muster::geo {
namespace {

using Points = std::vector<Position>;

const Points kSquare{{31, 120}, {31, 121}, {32, 121}, {32, 120}, {31, 120}};

/// A star-shaped ring round a centre: simple by construction.
Points StarRing(size_t corners, std::mt19937_64& random) {
  std::uniform_real_distribution<double> reach(0.2, 1.0);
  Points ring;
  for (size_t i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(corners);
    const double radius = reach(random);
    ring.push_back({31 + radius * std::sin(angle), 120 + radius * std::cos(angle)});
  }
  ring.push_back(ring.front());
  return ring;
}

/// The definition, pair by pair, to hold the sweep against.
bool CrossesByDefinition(const Points& ring) {
  const auto side = [](const Position& a, const Position& b, const Position& c) {
    const double cross = (b.longitude - a.longitude) * (c.latitude - a.latitude) -
                         (b.latitude - a.latitude) * (c.longitude - a.longitude);
    return cross > 0 ? 1 : cross < 0 ? -1 : 0;
  };
  const size_t sides = ring.size() - 1;
  for (size_t i = 0; i < sides; ++i) {
    for (size_t j = i + 2; j < sides; ++j) {
      if (i == 0 && j == sides - 1) {
        continue;
      }
      if (side(ring[i], ring[i + 1], ring[j]) * side(ring[i], ring[i + 1], ring[j + 1]) < 0 &&
          side(ring[j], ring[j + 1], ring[i]) * side(ring[j], ring[j + 1], ring[i + 1]) < 0) {
        return true;
      }
    }
  }
  return false;
}

TEST(PolygonTest, AcceptsASquareInEitherDirection) {
  EXPECT_FALSE(Polygon::FindFault(kSquare).has_value());
  EXPECT_FALSE(Polygon::FindFault(Points(kSquare.rbegin(), kSquare.rend())).has_value());
}

TEST(PolygonTest, SaysWhatIsWrong) {
  const double nan = std::nan("");
  const std::vector<std::pair<Points, GeometryFault>> table{
      {{{31, 120}, {31, 121}, {31, 120}}, GeometryFault::kTooFewPoints},
      {{{31, 120}, {31, 121}, {32, 121}, {32, 120}}, GeometryFault::kNotClosed},
      {{{31, 120}, {32, 121}, {31, 121}, {32, 120}, {31, 120}}, GeometryFault::kSelfCrossing},
      {{{31, 120}, {31, 121}, {31, 122}, {31, 120}}, GeometryFault::kNoArea},
      {{{31, 120}, {31, 120}, {31, 120}, {31, 120}}, GeometryFault::kNoArea},
      {{{31, 179}, {31, -179}, {32, -179}, {31, 179}}, GeometryFault::kCrosses180},
      {{{31, 120}, {31, 181}, {32, 121}, {31, 120}}, GeometryFault::kLongitudeRange},
      {{{31, 120}, {nan, 121}, {32, 121}, {31, 120}}, GeometryFault::kNotANumber},
      {{{120, 31}, {121, 31}, {121, 32}, {120, 31}}, GeometryFault::kSwapped},
      {Points(10'001, Position{31, 120}), GeometryFault::kTooManyPoints},
      // A corner that touches another side, two corners in one place, and a side run over twice.
      {{{0, 0}, {0, 4}, {4, 4}, {0, 2}, {4, 0}, {0, 0}}, GeometryFault::kSelfCrossing},
      {{{0, 0}, {2, 2}, {0, 4}, {4, 4}, {2, 2}, {4, 0}, {0, 0}}, GeometryFault::kSelfCrossing},
      {{{0, 0}, {0, 4}, {2, 4}, {2, 5}, {0, 3}, {0, 1}, {2, 0}, {0, 0}}, GeometryFault::kSelfCrossing},
  };
  for (size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(Polygon::FindFault(table[i].first), table[i].second) << "row " << i;
  }
}

TEST(PolygonTest, NamesReasonAndFieldOfABadOne) {
  const absl::Status status = Polygon::Create({{31, 120}, {31, 121}, {32, 121}, {32, 120}}, "area.polygon[1]").status();
  EXPECT_TRUE(HasReason(status, Reason::kBadGeometry));
  EXPECT_EQ(GetErrorInfo(status).field, "area.polygon[1]");
  EXPECT_EQ(GetErrorInfo(status).metadata.at("why"), "not_closed");
}

TEST(PolygonTest, LeavesOutRepeatedPointsAndSpikes) {
  const auto polygon = Polygon::Create({{31, 120},
                                        {31, 120.5},
                                        {30.5, 120.5},
                                        {31, 120.5},
                                        {31, 121},
                                        {31, 121},
                                        {32, 121},
                                        {32, 120},
                                        {33, 120},
                                        {31, 120}},
                                       "p");
  ASSERT_TRUE(polygon.ok());
  EXPECT_FALSE(polygon->Contains({30.7, 120.5}));
  EXPECT_DOUBLE_EQ(polygon->bounding_box().north_east.latitude, 32);
  EXPECT_EQ(polygon->points().front(), polygon->points().back());
}

TEST(PolygonTest, LeavesOutASpikeAtTheSeam) {
  const auto polygon = Polygon::Create({{30, 120}, {31, 120}, {31, 121}, {32, 121}, {32, 120}, {30, 120}}, "p");
  ASSERT_TRUE(polygon.ok());
  EXPECT_DOUBLE_EQ(polygon->bounding_box().south_west.latitude, 31);
}

TEST(PolygonTest, FindsCrossingsExactlyAsTheDefinitionDoes) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> offset(-1, 1);
  int crossing = 0;
  for (int round = 0; round < 3000; ++round) {
    Points ring;
    const size_t corners = 4 + random() % 6;
    for (size_t i = 0; i < corners; ++i) {
      ring.push_back({31 + offset(random), 120 + offset(random)});
    }
    ring.push_back(ring.front());
    const bool expected = CrossesByDefinition(ring);
    crossing += expected;
    ASSERT_EQ(Polygon::FindFault(ring) == GeometryFault::kSelfCrossing, expected) << "round " << round;
  }
  EXPECT_GT(crossing, 500);
  EXPECT_LT(crossing, 2900);
}

TEST(PolygonTest, FindsTouchingOnACoarseGridAsTheDefinitionDoes) {
  // On a grid of 5 by 5 vertical sides, shared corners and overlaps are common. A proper crossing must always be
  // found; a ring that is found to be good must have none.
  std::mt19937_64 random(4);
  int good = 0;
  for (int round = 0; round < 20'000; ++round) {
    Points ring;
    const size_t corners = 3 + random() % 5;
    for (size_t i = 0; i < corners; ++i) {
      ring.push_back({static_cast<double>(random() % 5), static_cast<double>(random() % 5)});
    }
    ring.push_back(ring.front());
    const auto polygon = Polygon::Create(ring, "p");
    if (polygon.ok()) {
      ++good;
      ASSERT_FALSE(CrossesByDefinition(polygon->points())) << "round " << round;
    }
  }
  EXPECT_GT(good, 1000);
}

TEST(PolygonTest, AcceptsStarsAndTurnsThemAnyWay) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    Points ring = StarRing(3 + random() % 300, random);
    ASSERT_FALSE(Polygon::FindFault(ring).has_value());
    ring.pop_back();
    std::rotate(ring.begin(), ring.begin() + static_cast<std::ptrdiff_t>(random() % ring.size()), ring.end());
    ring.push_back(ring.front());
    ASSERT_FALSE(Polygon::FindFault(ring).has_value());
  }
}

TEST(PolygonTest, ExaminesTenThousandPointsQuickly) {
  std::mt19937_64 random(6);
  const Points ring = StarRing(9'999, random);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(Polygon::FindFault(ring).has_value());
  // A pair-by-pair search takes seconds in a debug build.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500));
}

TEST(PolygonTest, ContainsItsInsideAndItsCorners) {
  const auto polygon = Polygon::Create({{0, 0}, {0, 4}, {4, 4}, {4, 3}, {1, 3}, {1, 0}, {0, 0}}, "p");
  ASSERT_TRUE(polygon.ok());
  EXPECT_TRUE(polygon->Contains({0.5, 2}));
  EXPECT_TRUE(polygon->Contains({3, 3.5}));
  EXPECT_FALSE(polygon->Contains({2, 1}));
  EXPECT_FALSE(polygon->Contains({-0.1, 2}));
  for (const Position& corner : polygon->points()) {
    EXPECT_TRUE(polygon->Contains(corner));
  }
}

TEST(PolygonTest, AgreesWithRadiusOnAStar) {
  std::mt19937_64 random(7);
  const auto polygon = Polygon::Create(StarRing(100, random), "p");
  ASSERT_TRUE(polygon.ok());
  EXPECT_TRUE(polygon->Contains({31, 120}));
  EXPECT_FALSE(polygon->Contains({32.01, 120}));
}

TEST(PolygonTest, HasItsCentroidInTheMiddle) {
  const auto square = Polygon::Create(kSquare, "p");
  ASSERT_TRUE(square.ok());
  EXPECT_NEAR(square->Centroid().latitude, 31.5, 1e-9);
  EXPECT_NEAR(square->Centroid().longitude, 120.5, 1e-9);
}

TEST(PolygonTest, HullCoversEveryPoint) {
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> offset(-1, 1);
  for (int round = 0; round < 100; ++round) {
    Points points;
    for (int i = 0; i < 20; ++i) {
      points.push_back({31 + offset(random), 120 + offset(random)});
    }
    const auto hull = Polygon::Hull(points, "p");
    ASSERT_TRUE(hull.ok());
    for (const Position& point : points) {
      ASSERT_TRUE(hull->Contains(point));
    }
  }
  EXPECT_FALSE(Polygon::Hull({{31, 120}, {32, 120}}, "p").ok());
  EXPECT_FALSE(Polygon::Hull({{31, 120}, {32, 120}, {33, 120}}, "p").ok());
  EXPECT_FALSE(Polygon::Hull({}, "p").ok());
}

TEST(CircleTest, ContainsWhatIsNearEnough) {
  const Circle circle{{31.3, 120.6}, 5000};
  EXPECT_TRUE(circle.Contains({31.3, 120.65}));
  EXPECT_FALSE(circle.Contains({31.3, 120.66}));
}

TEST(CircleTest, LiesInItsBox) {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> latitude(-90, 90);
  std::uniform_real_distribution<double> longitude(-180, 180);
  std::uniform_real_distribution<double> radius(0, 5'000'000);
  for (int i = 0; i < 20'000; ++i) {
    const Circle circle{{latitude(random), longitude(random)}, radius(random)};
    const Position position{latitude(random), longitude(random)};
    ASSERT_TRUE(!circle.Contains(position) || circle.bounding_box().Contains(position));
  }
}

TEST(CircleTest, RefusesABadRadius) {
  for (const double radius : {-1.0, 3e7, std::nan("")}) {
    EXPECT_TRUE(HasReason(Validate(Circle{{31, 120}, radius}, "area.circle[0]"), Reason::kBadGeometry));
  }
  EXPECT_TRUE(Validate(Circle{{31, 120}, 0}, "area.circle[0]").ok());
}

TEST(AreaTest, ContainsWhatAnyPartContains) {
  Area area;
  area.polygons.push_back(*Polygon::Create(kSquare, "p"));
  area.circles.push_back({{40, 116}, 1000});
  EXPECT_TRUE(area.Contains({31.5, 120.5}));
  EXPECT_TRUE(area.Contains({40, 116}));
  EXPECT_FALSE(area.Contains({35, 118}));
  EXPECT_NEAR(area.bounding_box()->south_west.longitude, 115.988, 0.001);
  EXPECT_DOUBLE_EQ(area.bounding_box()->south_west.latitude, 31);
}

TEST(AreaTest, HasItsCentreWhereMostOfItIs) {
  Area area;
  EXPECT_FALSE(area.Centroid().has_value());
  EXPECT_FALSE(area.bounding_box().has_value());
  area.polygons.push_back(*Polygon::Create(kSquare, "p"));
  area.circles.push_back({{40, 116}, 1000});
  EXPECT_LT(DistanceMeters(*area.Centroid(), {31.5, 120.5}), 1000);
}

}  // namespace
}  // namespace muster::geo
