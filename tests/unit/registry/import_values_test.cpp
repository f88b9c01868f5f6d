#include "services/registry/core/import_values.h"

#include <gtest/gtest.h>

#include "services/registry/core/import_columns.h"
#include "services/registry/core/sheet_dates.h"

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

constexpr int64_t kEndOf2026 = 1'798'732'800'000'000;  // 2026-12-31 16:00 UTC
constexpr int64_t kDay = 86'400'000'000;

TEST(SheetDatesTest, ReadsADayAsItsEndInBeijing) {
  for (const std::string text :
       {"2026-12-31", "2026/12/31", "2026.12.31", "2026年12月31日", "20261231", "2026-12-31止", "2026-12-31T08:30:00",
        "2026-12-31 00:00:00", "２０２６－１２－３１", "至2026年12月31日"}) {
    const auto days = DaySpanFromText(text);
    ASSERT_TRUE(days.has_value()) << text;
    ASSERT_TRUE(days->end.has_value()) << text;
    EXPECT_EQ(ToMicros(*days->end), kEndOf2026) << text;
    EXPECT_FALSE(days->start.has_value()) << text;
    EXPECT_EQ(DayBefore(*days->end), "2026-12-31");
  }
  for (const std::string text : {"2026-13-01", "2026-02-30", "soon", "1226", "99999999", "28-05-01", "2028年5月",
                                 "2028-05-01起算第2年", "11/05/2028", "46883", ""}) {
    EXPECT_EQ(DaySpanFromText(text), std::nullopt) << text;
  }
  EXPECT_TRUE(MeansNoEnd("长期"));
}

TEST(SheetDatesTest, ARangeHasAFirstAndALastDay) {
  for (const std::string text :
       {"2026-12-01至2026-12-31", "2026年12月1日-2026年12月31日", "自2026.12.1起至2026.12.31止",
        "2026/12/1 ~ 2026/12/31", "2026-12-01—2026-12-31", "20261201-20261231", "2026-12-01到2026-12-31"}) {
    const auto days = DaySpanFromText(text);
    ASSERT_TRUE(days && days->start && days->end) << text;
    EXPECT_EQ(ToMicros(*days->end), kEndOf2026) << text;
    EXPECT_EQ(ToMicros(*days->start), kEndOf2026 - 31 * kDay) << text;
  }
  const auto open = DaySpanFromText("自2024年1月1日至长期");
  ASSERT_TRUE(open && open->start);
  EXPECT_TRUE(open->open_ended);
  EXPECT_FALSE(open->end.has_value());
  const auto begins = DaySpanFromText("2024-01-01起");
  ASSERT_TRUE(begins && begins->start);
  EXPECT_FALSE(begins->end || begins->open_ended);
  EXPECT_EQ(DaySpanFromText("2026-12-31至2026-12-01"), std::nullopt) << "the wrong way round";
  EXPECT_EQ(DaySpanFromText("2026-01-01至2026-02-01至2026-03-01"), std::nullopt);
  EXPECT_TRUE(LooksLikeSerialDate("46883"));
}

TEST(ImportValuesTest, ReadsRatingsKindsAndLists) {
  EXPECT_EQ(RatingFromText("AAAAA"), 5);
  EXPECT_EQ(RatingFromText("4A级"), 4);
  EXPECT_EQ(RatingFromText("三A"), 3);
  EXPECT_EQ(RatingFromText("未评估"), 0);
  EXPECT_EQ(RatingFromText("AAAA级"), 4);
  EXPECT_EQ(RatingFromText("５Ａ"), 5);
  EXPECT_EQ(RatingFromText("6A"), std::nullopt);
  EXPECT_EQ(RatingFromText("三星"), std::nullopt);
  EXPECT_EQ(KindFromText("民办非企业单位"), OrganizationKind::kServiceAgency);
  EXPECT_EQ(KindFromText("民办非企业"), OrganizationKind::kServiceAgency);
  EXPECT_EQ(KindFromText("社会服务机构（民办非企业单位）"), OrganizationKind::kServiceAgency);
  EXPECT_EQ(KindFromText("Service agency"), OrganizationKind::kServiceAgency);
  EXPECT_EQ(KindFromText("俱乐部（其他）"), std::nullopt);
  EXPECT_EQ(KindFromText("Filed_Group"), OrganizationKind::kFiledGroup);
  EXPECT_EQ(KindFromText("club"), std::nullopt);
  EXPECT_EQ(KindFromCreditCode("53320500MJ"), OrganizationKind::kFoundation);
  EXPECT_EQ(ListFromText(" a；b, c、、d "), (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST(ImportValuesTest, ReadsNumbersLanguagesAndStatesAsOfficesWriteThem) {
  for (const std::string text : {"8", "８", "8人", "8.0", " 8 名", "8级"}) {
    EXPECT_EQ(CountFromText(text), 8) << text;
  }
  for (const std::string text : {"", "8.5", "人", "eight"}) {
    EXPECT_EQ(CountFromText(text), std::nullopt) << text;
  }
  EXPECT_EQ(NumberFromText("３１.３"), 31.3);
  EXPECT_EQ(LanguageFromText("苏州话"), "wuu");
  EXPECT_EQ(LanguageFromText("en"), "en");
  EXPECT_EQ(LanguageWord("zh"), "普通话");
  ASSERT_NE(ListedStateFromText("撤销登记"), nullptr);
  EXPECT_FALSE(ListedStateFromText("撤销登记")->active);
  EXPECT_TRUE(ListedStateFromText("正常")->active);
  EXPECT_EQ(ListedStateFromText("不详"), nullptr);
  for (const std::string_view state : {"draft", "submitted", "under_review", "suspended", "revoked", "withdrawn"}) {
    ASSERT_NE(ListedStateFromText(StateWord(state, false)), nullptr) << state;
    EXPECT_FALSE(ListedStateFromText(StateWord(state, false))->active) << state;
  }
}

TEST(ImportColumnsTest, TheBestHeadingWinsAndTheOthersStandInForIt) {
  const auto header =
      RecognizeHeader(SheetContent::kOrganizations, {}, {"法定代表人", "联系人", "电话", "（必填）组织名称", "手机"});
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->columns.at("contact_name"), 2);
  EXPECT_EQ(header->columns.at("name"), 4);
  EXPECT_EQ(header->columns.at("contact_phone"), 3);
  EXPECT_EQ(header->others.at("contact_phone"), std::vector<int>{5});
  EXPECT_TRUE(header->unknown.empty());
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
