#include "services/registry/core/import_values.h"

#include <gtest/gtest.h>

#include "services/registry/core/import_columns.h"

namespace muster::registry {
namespace {

TEST(ImportValuesTest, UnderstandsDistrictsByNameCodeAndPath) {
  for (const std::string text :
       {"昆山市", "昆山", "苏州市昆山市", "江苏省苏州市昆山市", "320583", "3205/320583", "Kunshan"}) {
    EXPECT_EQ(DistrictFromText(text, ""), "3205/320583") << text;
  }
  EXPECT_EQ(DistrictFromText("园区", ""), "3205/320571");
  EXPECT_EQ(DistrictFromText("高新区", ""), "3205/320505");
  EXPECT_EQ(DistrictFromText("苏州市", ""), "3205");
  EXPECT_EQ(DistrictFromText("昆山市", "周庄镇"), "3205/320583/320583107");
  EXPECT_EQ(DistrictFromText("320583107", ""), "3205/320583/320583107");
  EXPECT_EQ(DistrictFromText("昆山市", "某某街道"), "3205/320583");
  EXPECT_EQ(DistrictFromText("上海市", ""), std::nullopt);
  EXPECT_EQ(DistrictFromText("", ""), std::nullopt);
}

TEST(ImportValuesTest, ReadsDatesAsTheEndOfTheDayInBeijing) {
  for (const std::string text :
       {"2026-12-31", "2026/12/31", "2026.12.31", "2026年12月31日", "20261231", "2026-12-31T08:30:00"}) {
    const auto end = DayEndFromText(text);
    ASSERT_TRUE(end.has_value()) << text;
    EXPECT_EQ(ToMicros(*end), 1'798'732'800'000'000) << text;  // 2026-12-31 16:00 UTC
    EXPECT_EQ(DayBefore(*end), "2026-12-31");
  }
  for (const std::string text : {"2026-13-01", "2026-02-30", "soon", "1226", "99999999"}) {
    EXPECT_EQ(DayEndFromText(text), std::nullopt) << text;
  }
  EXPECT_TRUE(MeansNoEnd("长期"));
}

TEST(ImportValuesTest, ReadsRatingsKindsAndLists) {
  EXPECT_EQ(RatingFromText("AAAAA"), 5);
  EXPECT_EQ(RatingFromText("4A级"), 4);
  EXPECT_EQ(RatingFromText("三A"), 3);
  EXPECT_EQ(RatingFromText("未评估"), 0);
  EXPECT_EQ(RatingFromText("6A"), std::nullopt);
  EXPECT_EQ(KindFromText("民办非企业单位"), OrganizationKind::kServiceAgency);
  EXPECT_EQ(KindFromText("Filed_Group"), OrganizationKind::kFiledGroup);
  EXPECT_EQ(KindFromText("club"), std::nullopt);
  EXPECT_EQ(KindFromCreditCode("53320500MJ"), OrganizationKind::kFoundation);
  EXPECT_EQ(ListFromText(" a；b, c、、d "), (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST(ImportColumnsTest, EveryColumnIsRecognizedByBothItsHeadingsAndItsField) {
  for (const auto what : {SheetContent::kOrganizations, SheetContent::kTeams, SheetContent::kMembers}) {
    for (const SheetColumn& column : ColumnsOf(what)) {
      for (const std::string_view heading : {column.heading_zh, column.heading_en, column.field}) {
        const std::string other = column.field == "latitude" ? "longitude" : "latitude";
        const std::string second =
            what == SheetContent::kMembers ? (column.field == "phone" ? "name" : "phone") : other;
        const auto header = RecognizeHeader(what, {}, {std::string(heading), second});
        ASSERT_TRUE(header.has_value()) << heading;
        EXPECT_EQ(header->columns.count(std::string(column.field)), 1U) << heading << " " << column.field;
      }
    }
  }
}

TEST(ImportColumnsTest, HeadingsAreComparedWithoutTheirDecoration) {
  EXPECT_EQ(PlainHeading(" * 联系 电话\n（手机）"), "联系电话");
  EXPECT_EQ(PlainHeading("Credit_Code"), "creditcode");
  EXPECT_FALSE(RecognizeHeader(SheetContent::kOrganizations, {}, {"苏州市社会组织名录", "", "2026"}).has_value());
}

}  // namespace
}  // namespace muster::registry
