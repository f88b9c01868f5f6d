#include "muster/geo/position.h"

#include <cmath>
#include <limits>
#include <random>

#include "gtest/gtest.h"
#include "muster/domain/reason.h"
#include "muster/geo/distance.h"

namespace muster::geo {
namespace {

constexpr Position kSuzhou{31.3, 120.6};

std::string WhyOf(const absl::Status& status) { return GetErrorInfo(status).metadata["why"]; }

TEST(PositionTest, AcceptsTheEdgesOfTheRange) {
  for (const Position position : {Position{90, 180}, Position{-90, -180}, Position{0, 0}}) {
    EXPECT_TRUE(Validate(position, "position").ok());
  }
}

TEST(PositionTest, SaysWhatIsWrongWithAPosition) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(WhyOf(Validate({nan, 0}, "p")), "not_a_number");
  EXPECT_EQ(WhyOf(Validate({0, infinity}, "p")), "not_a_number");
  EXPECT_EQ(WhyOf(Validate({91, 100}, "p")), "latitude_range");
  EXPECT_EQ(WhyOf(Validate({31, 181}, "p")), "longitude_range");
  EXPECT_EQ(WhyOf(Validate({120.6, 31.3}, "p")), "swapped");
}

TEST(PositionTest, NamesTheFieldInBothLanguages) {
  const absl::Status status = Validate({91, 181}, "meeting_point");
  const ErrorInfo info = GetErrorInfo(status);
  EXPECT_TRUE(HasReason(status, Reason::kBadGeometry));
  EXPECT_EQ(info.field, "meeting_point");
  EXPECT_NE(info.message_zh.find("纬度应在"), std::string::npos);
  EXPECT_NE(info.message_en.find("latitude must be"), std::string::npos);
}

TEST(CoordinateSystemTest, ShiftsByTheKnownAmount) {
  // The published formula, worked out by another program.
  const Position shifted = FromWgs84({39.90744, 116.39127}, CoordinateSystem::kGcj02);
  EXPECT_NEAR(shifted.latitude, 39.9088413, 1e-7);
  EXPECT_NEAR(shifted.longitude, 116.3975112, 1e-7);
  const Position suzhou = FromWgs84(kSuzhou, CoordinateSystem::kGcj02);
  EXPECT_NEAR(suzhou.latitude, 31.2978125, 1e-7);
  EXPECT_NEAR(suzhou.longitude, 120.6041698, 1e-7);
}

TEST(CoordinateSystemTest, ShiftsSuzhouByAboutHalfAKilometre) {
  const double gcj = DistanceMeters(kSuzhou, FromWgs84(kSuzhou, CoordinateSystem::kGcj02));
  EXPECT_GT(gcj, 300);
  EXPECT_LT(gcj, 700);
  const double bd =
      DistanceMeters(FromWgs84(kSuzhou, CoordinateSystem::kGcj02), FromWgs84(kSuzhou, CoordinateSystem::kBd09));
  EXPECT_GT(bd, 500);
  EXPECT_LT(bd, 1300);
}

TEST(CoordinateSystemTest, ComesBackWithinAMillimetreEverywhereInTheRegion) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> latitude(3, 53);
  std::uniform_real_distribution<double> longitude(74, 135);
  for (int i = 0; i < 5000; ++i) {
    const Position wgs{latitude(random), longitude(random)};
    for (const auto system : {CoordinateSystem::kGcj02, CoordinateSystem::kBd09}) {
      const auto back = ToWgs84(FromWgs84(wgs, system), system, "p");
      ASSERT_TRUE(back.ok());
      ASSERT_LT(DistanceMeters(wgs, *back), 0.001) << wgs.latitude << " " << wgs.longitude;
    }
  }
}

TEST(CoordinateSystemTest, LeavesPositionsOutsideTheRegionAlone) {
  const Position paris{48.8566, 2.3522};
  for (const auto system : {CoordinateSystem::kWgs84, CoordinateSystem::kGcj02, CoordinateSystem::kBd09}) {
    EXPECT_EQ(*ToWgs84(paris, system, "p"), paris);
    EXPECT_EQ(FromWgs84(paris, system), paris);
  }
}

TEST(CoordinateSystemTest, RefusesToConvertNonsense) {
  EXPECT_TRUE(HasReason(ToWgs84({120.6, 31.3}, CoordinateSystem::kGcj02, "p").status(), Reason::kBadGeometry));
}

TEST(CoordinateSystemTest, ReadsItsOwnNames) {
  for (const auto system : {CoordinateSystem::kWgs84, CoordinateSystem::kGcj02, CoordinateSystem::kBd09}) {
    EXPECT_EQ(CoordinateSystemFromName(Name(system)), system);
  }
  EXPECT_FALSE(CoordinateSystemFromName("wgs84").has_value());
}

}  // namespace
}  // namespace muster::geo
