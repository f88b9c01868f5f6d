#include "muster/geo/travel.h"

#include "gtest/gtest.h"

namespace muster::geo {
namespace {

TEST(TravelTest, EstimatesACarJourney) {
  const TravelEstimate estimate = EstimateTravel(25'000, TravelMode::kCar);
  EXPECT_DOUBLE_EQ(estimate.way_m, 35'000);
  EXPECT_EQ(estimate.duration, std::chrono::minutes(65));
}

TEST(TravelTest, TakesLongerTheFartherItIsInEveryMode) {
  for (const auto mode :
       {TravelMode::kWalk, TravelMode::kBicycle, TravelMode::kCar, TravelMode::kVan, TravelMode::kBus}) {
    Duration previous = EstimateTravel(-5, mode).duration;
    EXPECT_EQ(previous, PolicyOf(mode).assembling);
    for (double distance = 100; distance < 200'000; distance *= 2) {
      const Duration duration = EstimateTravel(distance, mode).duration;
      EXPECT_GT(duration, previous);
      previous = duration;
    }
  }
}

TEST(TravelTest, PrefersWalkingRoundTheCornerAndACarAcrossTown) {
  EXPECT_LT(EstimateTravel(100, TravelMode::kWalk).duration, EstimateTravel(100, TravelMode::kBus).duration);
  EXPECT_LT(EstimateTravel({31.3, 120.6}, {31.38, 120.98}, TravelMode::kCar).duration,
            EstimateTravel({31.3, 120.6}, {31.38, 120.98}, TravelMode::kBus).duration);
}

TEST(TravelTest, ReadsItsOwnNames) {
  for (const auto mode :
       {TravelMode::kWalk, TravelMode::kBicycle, TravelMode::kCar, TravelMode::kVan, TravelMode::kBus}) {
    EXPECT_EQ(TravelModeFromName(Name(mode)), mode);
  }
  EXPECT_FALSE(TravelModeFromName("helicopter").has_value());
}

}  // namespace
}  // namespace muster::geo
