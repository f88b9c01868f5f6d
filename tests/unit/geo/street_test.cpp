#include "muster/geo/street.h"

#include <gtest/gtest.h>

#include <string>

#include "muster/geo/distance.h"
#include "muster/geo/district.h"

namespace muster::geo {
namespace {

TEST(StreetTest, EveryStreetLiesInADistrictOfTheCity) {
  EXPECT_GE(Streets().size(), 10U);
  for (const Street& street : Streets()) {
    const District* district = FindDistrictByPath(street.path);
    ASSERT_NE(district, nullptr) << street.path;
    EXPECT_EQ(street.path, std::string(district->path) + "/" + std::string(street.code));
    EXPECT_TRUE(street.code.starts_with(district->code));
    EXPECT_LT(DistanceMeters(street.centre, district->seat), 40'000) << street.name_en;
  }
}

TEST(StreetTest, IsFoundByPathCodeNameAndAddress) {
  EXPECT_EQ(FindStreetByPath("3205/320583/320583107")->name_en, "Zhouzhuang");
  EXPECT_EQ(FindStreetByPath("3205/320583/320583107/320583107001")->name_en, "Zhouzhuang");
  EXPECT_EQ(FindStreetByPath("3205/320583"), nullptr);
  EXPECT_EQ(FindStreet("3205/320583", "周庄镇")->code, "320583107");
  EXPECT_EQ(FindStreet("3205/320583", "320583107")->name_zh, "周庄镇");
  EXPECT_EQ(FindStreet("3205/320508", "周庄镇"), nullptr);
  EXPECT_EQ(FindStreetInAddress("3205/320583", "江苏省昆山市周庄镇淀南路100号")->code, "320583107");
  EXPECT_EQ(FindStreetInAddress("3205/320583", "淀南路100号"), nullptr);
}

}  // namespace
}  // namespace muster::geo
