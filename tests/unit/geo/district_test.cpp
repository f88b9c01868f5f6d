#include "muster/geo/district.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace muster::geo {
namespace {

TEST(DistrictTest, KnowsTheTenZones) {
  std::set<std::string> codes;
  for (const District& district : Districts()) {
    codes.insert(std::string(district.code));
    EXPECT_EQ(district.path, std::string(kCityPath) + "/" + std::string(district.code));
    EXPECT_FALSE(FindFault(district.seat).has_value());
    EXPECT_FALSE(district.name_zh.empty());
    EXPECT_FALSE(district.name_en.empty());
  }
  const std::set<std::string> expected{"320505", "320506", "320507", "320508", "320509",
                                       "320571", "320581", "320582", "320583", "320585"};
  EXPECT_EQ(codes, expected);
}

TEST(DistrictTest, FindsEachSeatInItsOwnDistrict) {
  for (const District& district : Districts()) {
    EXPECT_EQ(DistrictAt(district.seat).code, district.code);
    EXPECT_TRUE(IsNearCity(district.seat));
  }
}

TEST(DistrictTest, FindsByCodeAndByPathBelow) {
  EXPECT_EQ(FindDistrictByCode("320583")->name_zh, "昆山市");
  EXPECT_EQ(FindDistrictByCode("320584"), nullptr);
  EXPECT_EQ(FindDistrictByPath("3205/320583/320583100")->code, "320583");
  EXPECT_EQ(FindDistrictByPath("3205/3205831"), nullptr);
  EXPECT_EQ(FindDistrictByPath(kCityPath), nullptr);
}

TEST(DistrictTest, DoesNotTakeAnotherProvinceForTheCity) {
  EXPECT_FALSE(IsNearCity({22.15, 113.56}));
  EXPECT_FALSE(IsNearCity({49.2, 82.7}));
}

}  // namespace
}  // namespace muster::geo
