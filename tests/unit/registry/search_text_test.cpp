#include "services/registry/core/search_text.h"

#include <gmock/gmock.h>

#include <cmath>

#include "muster/geo/distance.h"
#include "services/registry/core/earth_point.h"
#include "tests/support/status_matchers.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SearchTextTest, WidthCaseBlanksAndPunctuationMakeNoDifference) {
  EXPECT_EQ(SearchForm("苏州（ＳＯＳ）蓝天　救援队·一队"), "苏州sos蓝天救援队一队");
  EXPECT_EQ(SearchForm(" Blue-Sky \"Rescue\", No. 7\t"), "blueskyrescueno7");
  EXPECT_EQ(SearchForm("“二〇二六”《年》【々】"), "二〇二六年々");
  EXPECT_EQ(SearchForm("100%_\\'*?"), "100");
  EXPECT_EQ(SearchForm("🚑队"), "🚑队");
  EXPECT_EQ(SearchForm("\xff\xfe"), "") << "no text at all";
}

TEST(SearchTextTest, PairsAreOfNeighboursEachOnce) {
  EXPECT_THAT(BigramsOf("志愿志愿ab"), ElementsAre("ab", "志愿", "愿a", "愿志"));
  EXPECT_THAT(BigramsOf(""), IsEmpty());
  EXPECT_THAT(BigramsOf("🚑🚒"), ElementsAre("🚑🚒"));
}

TEST(SearchTextTest, AnOrganizationIsFoundByPairsOfItsNameAndByWholeNumbers) {
  Organization organization;
  organization.name = "晨曦社";
  organization.credit_code = "52320583MJY0000014";
  organization.filing_number = "社备〔2026〕1号";
  EXPECT_THAT(SearchTermsOf(organization), ElementsAre("晨曦", "曦社", "52320583mjy0000014", "社备20261号"));
}

TEST(SearchTextTest, LessThanTwoCharactersAreTooBroad) {
  EXPECT_EQ(SearchFormToFind("", "text").value(), "");
  EXPECT_EQ(SearchFormToFind("志 愿", "text").value(), "志愿");
  for (const char* text : {"志", "%", "  ", "志%%%", "ａ", "🚑"}) {
    const absl::Status refused = SearchFormToFind(text, "text").status();
    EXPECT_THAT(refused, HasReason(Reason::kQueryTooBroad)) << text;
    EXPECT_EQ(GetErrorInfo(refused).field, "text");
  }
}

TEST(SearchTextTest, TheStraightLineTellsTheDistanceOverTheGround) {
  const geo::Position center{31.3, 120.6};
  for (const geo::Position& other : {geo::Position{31.35, 120.62}, geo::Position{31.9, 121.3},
                                     geo::Position{30.0, 119.0}, geo::Position{31.3, -59.4}, geo::Position{-89.9, 0}}) {
    const EarthPoint a = PointOf(center);
    const EarthPoint b = PointOf(other);
    const double chord = std::sqrt(
        static_cast<double>((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) + (a.z - b.z) * (a.z - b.z)));
    EXPECT_NEAR(chord, static_cast<double>(ChordOf(geo::DistanceMeters(center, other))), 5);
  }
}

}  // namespace
}  // namespace muster::registry
