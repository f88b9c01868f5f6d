#include "muster/geo/distance.h"

#include <numbers>
#include <random>

#include "gtest/gtest.h"

namespace muster::geo {
namespace {

Position AnyPosition(std::mt19937_64& random) {
  return {std::uniform_real_distribution<double>(-90, 90)(random),
          std::uniform_real_distribution<double>(-180, 180)(random)};
}

TEST(DistanceTest, MeasuresADegreeOfTheMeridian) { EXPECT_NEAR(DistanceMeters({31, 120}, {32, 120}), 111'195, 1); }

TEST(DistanceTest, AgreesWithTheEllipsoidInSuzhou) {
  // By Vincenty's formula on WGS-84: eastward, northward, and between.
  EXPECT_NEAR(DistanceMeters({31.2983, 120.5832}, {31.3846, 120.9268}), 34'069.0, 34'069.0 * 0.003);
  EXPECT_NEAR(DistanceMeters({31.2983, 120.5832}, {31.6, 120.5832}), 33'451.7, 33'451.7 * 0.003);
  EXPECT_NEAR(DistanceMeters({31.2983, 120.5832}, {31.2983, 121.0}), 39'681.7, 39'681.7 * 0.003);
}

TEST(DistanceTest, IsAMetric) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 2000; ++i) {
    const Position a = AnyPosition(random);
    const Position b = AnyPosition(random);
    const Position c = AnyPosition(random);
    ASSERT_EQ(DistanceMeters(a, a), 0);
    ASSERT_DOUBLE_EQ(DistanceMeters(a, b), DistanceMeters(b, a));
    ASSERT_LE(DistanceMeters(a, c), DistanceMeters(a, b) + DistanceMeters(b, c) + 1e-3);
  }
}

TEST(DistanceTest, HasNoProblemWithOppositePointsOrTheDateLine) {
  EXPECT_NEAR(DistanceMeters({0, 0}, {0, 180}), std::numbers::pi * kEarthRadiusMeters, 1);
  EXPECT_NEAR(DistanceMeters({0, 179.5}, {0, -179.5}), 111'195, 1);
}

}  // namespace
}  // namespace muster::geo
