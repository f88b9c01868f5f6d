#include "services/exchange/core/incident_draft.h"

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "muster/base/text.h"
#include "services/exchange/core/cap_reader.h"
#include "services/exchange/core/cap_time.h"
#include "tests/unit/exchange/cap_text.h"

namespace muster::exchange {
namespace {

const Time kNow = ReadCapTime("2026-06-20T08:30:00+08:00")->time;

IncidentDraft DraftOf(const CapText& text, Time now = kNow) {
  const auto reading = ReadCap(text.Text(), Strictness::kLenient);
  EXPECT_TRUE(reading.ok()) << reading.status();
  std::vector<CapFault> faults;
  return DraftFrom(reading->message, now, faults).value();
}

IncidentDraft DraftOfInfos(const std::string& infos, Time now = kNow) {
  CapText text;
  text.infos = infos;
  return DraftOf(text, now);
}

std::string InfoOf(const std::string& category, const std::string& event, const std::string& headline,
                   const std::string& extra) {
  return "<info><language>zh</language><category>" + category + "</category><event>" + event +
         "</event><urgency>Future</urgency><severity>Minor</severity><certainty>Likely</certainty><headline>" +
         headline + "</headline>" + extra + "</info>";
}

TEST(IncidentDraftTest, SaysWhatTheAlertSays) {
  const IncidentDraft draft = DraftOf(CapText());
  EXPECT_EQ(draft.mode, Mode::kReal);
  EXPECT_EQ(draft.kind, EventKind::kNaturalDisaster);
  EXPECT_EQ(draft.title, "昆山市发布暴雨警报");
  EXPECT_EQ(draft.event, "暴雨");
  EXPECT_EQ(draft.description, "六小时内将有暴雨。");
  EXPECT_EQ(draft.grade, EventGrade::kII);
  EXPECT_EQ(draft.color, WarningColor::kOrange);
  EXPECT_FALSE(draft.pre_alert);
  EXPECT_EQ(draft.district_path, "3205/320583");
  EXPECT_EQ(draft.area_description, "昆山市");
  EXPECT_NEAR(draft.position->latitude, 31.4, 1e-9);
  EXPECT_EQ(FormatCapTime(*draft.onset), "2026-06-20T00:00:00-00:00");
  EXPECT_EQ(FormatCapTime(*draft.expires), "2026-06-20T12:00:00-00:00");
}

TEST(IncidentDraftTest, OnlyActualIsReal) {
  EXPECT_EQ(ModeOf(CapStatus::kActual), Mode::kReal);
  EXPECT_EQ(ModeOf(CapStatus::kExercise), Mode::kDrill);
  EXPECT_EQ(ModeOf(CapStatus::kSystem), Mode::kTest);
  EXPECT_EQ(ModeOf(CapStatus::kTest), Mode::kTest);
  EXPECT_EQ(ModeOf(CapStatus::kDraft), Mode::kTest);
}

TEST(IncidentDraftTest, MapsSeverity) {
  const std::vector<std::tuple<std::string, std::optional<WarningColor>, std::optional<EventGrade>>> table{
      {"Extreme", WarningColor::kRed, EventGrade::kI},
      {"Severe", WarningColor::kOrange, EventGrade::kII},
      {"Moderate", WarningColor::kYellow, EventGrade::kIII},
      {"Minor", WarningColor::kBlue, EventGrade::kIV},
      {"Unknown", std::nullopt, std::nullopt},
  };
  for (const auto& [severity, color, grade] : table) {
    const IncidentDraft draft = DraftOfInfos(CapText::Info("", "", "", severity));
    EXPECT_EQ(draft.color, color) << severity;
    EXPECT_EQ(draft.grade, grade) << severity;
  }
}

struct ColorRow {
  std::string headline;
  std::string extra;
  std::optional<WarningColor> color;
};

TEST(IncidentDraftTest, TakesTheColourThatIsSaid) {
  const std::vector<ColorRow> table{
      {"暴雨红色预警", "", WarningColor::kRed},
      {"发布暴雨", CapText::Parameter("预警级别", "橙色"), WarningColor::kOrange},
      {"发布暴雨", CapText::Parameter("预警级别", "Ⅰ级"), WarningColor::kRed},
      {"发布暴雨", CapText::Parameter("预警级别", "II级/橙色"), WarningColor::kOrange},
      {"发布暴雨", CapText::Parameter("预警等级", "III级"), WarningColor::kYellow},
      {"发布暴雨", CapText::Parameter("预警等级", "四级"), WarningColor::kBlue},
      {"发布暴雨", CapText::Parameter("awareness_level", "3; orange; Severe"), WarningColor::kOrange},
      {"发布暴雨", CapText::Parameter("alertlevel", "Green"), std::nullopt},
      {"红色预警", CapText::Parameter("warning colour", "yellow"), WarningColor::kYellow},
      {"发布暴雨", CapText::Parameter("wind", "red tiles fell"), WarningColor::kBlue},
      {"发布暴雨", CapText::Parameter("wind", "6级"), WarningColor::kBlue},
      {"发布暴雨", "", WarningColor::kBlue},
  };
  for (const ColorRow& row : table) {
    EXPECT_EQ(DraftOfInfos(InfoOf("Met", "暴雨", row.headline, row.extra)).color, row.color)
        << row.headline << row.extra;
  }
}

TEST(IncidentDraftTest, TakesTheGradeThatIsSaid) {
  const std::vector<std::pair<std::string, EventGrade>> table{
      {CapText::Parameter("事件级别", "特别重大"), EventGrade::kI},
      {CapText::Parameter("事件级别", "重大"), EventGrade::kII},
      {CapText::Parameter("事件等级", "Ⅲ级"), EventGrade::kIII},
      {CapText::Parameter("预警级别", "Ⅰ级"), EventGrade::kIV},
      {"", EventGrade::kIV},
  };
  for (const auto& [extra, grade] : table) {
    EXPECT_EQ(DraftOfInfos(InfoOf("Met", "暴雨", "发布", extra)).grade, grade) << extra;
  }
}

TEST(IncidentDraftTest, FindsTheKindOfEvent) {
  const std::vector<std::tuple<std::string, std::string, EventKind>> table{
      {"Met", "Heat", EventKind::kNaturalDisaster},
      {"Geo", "Earthquake", EventKind::kNaturalDisaster},
      {"Fire", "居民楼火灾", EventKind::kAccident},
      {"Fire", "森林火灾", EventKind::kNaturalDisaster},
      {"Health", "传染病疫情", EventKind::kPublicHealth},
      {"Safety", "食物中毒", EventKind::kPublicHealth},
      {"Env", "水体污染", EventKind::kAccident},
      {"Transport", "交通事故", EventKind::kAccident},
      {"Security", "Disturbance", EventKind::kSocialSecurity},
      {"Other", "Something", EventKind::kUnknown},
      {"Safety", "燃气爆炸", EventKind::kAccident},
  };
  for (const auto& [category, event, kind] : table) {
    EXPECT_EQ(DraftOfInfos(InfoOf(category, event, "", "")).kind, kind) << event;
  }
  const std::string code = "<eventCode><valueName>GB/T 35561-2017</valueName><value>30000</value></eventCode>";
  EXPECT_EQ(DraftOfInfos("<info><category>Met</category><event>x</event>" + code + "</info>").kind,
            EventKind::kPublicHealth);
}

TEST(IncidentDraftTest, GivesSocialSecurityNoGrade) {
  EXPECT_FALSE(DraftOfInfos(InfoOf("Security", "群体性事件", "", "")).grade.has_value());
  const std::string said = CapText::Parameter("事件级别", "重大");
  EXPECT_FALSE(DraftOfInfos(InfoOf("Security", "群体性事件", "", said)).grade.has_value());
  EXPECT_FALSE(DraftOfInfos(InfoOf("Other", "x", "", "")).grade.has_value());
}

TEST(IncidentDraftTest, IsAPreAlertWhenSomethingIsExpected) {
  EXPECT_TRUE(DraftOfInfos(InfoOf("Met", "暴雨", "", "")).pre_alert);
  EXPECT_FALSE(DraftOf(CapText()).pre_alert);
}

TEST(IncidentDraftTest, PrefersChineseThenEnglish) {
  const std::string chinese = CapText::Info();
  const std::string english = CapText::Info(CapText::Area("<circle>31.4,121 1</circle>"), "", "", "Minor", "en-US");
  const std::string french = CapText::Info("", "", "", "Extreme", "fr-FR");
  EXPECT_EQ(DraftOfInfos(french + english + chinese).color, WarningColor::kOrange);
  EXPECT_EQ(DraftOfInfos(french + english).color, WarningColor::kBlue);
  EXPECT_EQ(DraftOfInfos(french).color, WarningColor::kRed);
  // Translations of one area do not pile up.
  EXPECT_EQ(DraftOfInfos(english + chinese).area.circles.size(), 0U);
}

TEST(IncidentDraftTest, JoinsTheBlocksOfOneLanguageAndLeavesOutThoseThatAreOver) {
  const std::string minor = CapText::Info(CapText::Area("<circle>31.4,121 1</circle>"), "",
                                          "<expires>2026-06-21T20:00:00+08:00</expires>", "Minor");
  const std::string over =
      CapText::Info(CapText::Area(), "", "<expires>2026-06-20T08:10:00+08:00</expires>", "Extreme");
  const IncidentDraft joined = DraftOfInfos(CapText::Info() + minor);
  EXPECT_EQ(joined.color, WarningColor::kOrange);
  EXPECT_EQ(joined.area.polygons.size(), 1U);
  EXPECT_EQ(joined.area.circles.size(), 1U);
  EXPECT_EQ(FormatCapTime(*joined.expires), "2026-06-21T12:00:00-00:00");
  const IncidentDraft current = DraftOfInfos(over + minor);
  EXPECT_EQ(current.color, WarningColor::kBlue);
  EXPECT_TRUE(current.area.polygons.empty());
}

TEST(IncidentDraftTest, StaysOpenWhereABlockHasNoEnd) {
  EXPECT_FALSE(DraftOfInfos(CapText::Info() + CapText::Info("", "", "")).expires.has_value());
}

TEST(IncidentDraftTest, FindsTheDistrict) {
  const auto district_of = [](const std::string& shapes) {
    return DraftOfInfos(CapText::Info(CapText::Area(shapes))).district_path;
  };
  const auto code = [](const std::string& value) {
    return "<geocode><valueName>x</valueName><value>" + value + "</value></geocode>";
  };
  EXPECT_EQ(district_of(code("320585")), "3205/320585");
  EXPECT_EQ(district_of(code("320585000000")), "3205/320585");
  EXPECT_EQ(district_of(code("320585") + code("320583")), "3205");
  EXPECT_EQ(district_of(code("320500")), "3205");
  EXPECT_EQ(district_of(code("310000")), "");
  EXPECT_EQ(district_of("<circle>31.4577,121.1306 1</circle>"), "3205/320585");
  EXPECT_EQ(district_of("<circle>31.45,121.2 0.5</circle>"), "3205/320585");
  EXPECT_EQ(district_of("<circle>31.3,120.6 60</circle>"), "3205");
  EXPECT_EQ(district_of("<circle>22.15,113.56 5</circle>"), "");
  EXPECT_EQ(DraftOfInfos(CapText::Info("")).district_path, "");
  EXPECT_FALSE(DraftOfInfos(CapText::Info("")).position.has_value());
}

TEST(IncidentDraftTest, CutsLongTexts) {
  std::string headline;
  for (int i = 0; i < 400; ++i) {
    headline += "雨";
  }
  const IncidentDraft draft = DraftOfInfos(InfoOf("Met", "大\n雨", headline, ""));
  EXPECT_EQ(CodePointCount(draft.title), kMaxTitle);
  EXPECT_TRUE(draft.title.ends_with("雨…"));
  EXPECT_EQ(draft.event, "大 雨");
}

TEST(IncidentDraftTest, NamesAnIncidentWithoutWords) { EXPECT_EQ(DraftOfInfos("<info/>").title, "CAP"); }

TEST(IncidentDraftTest, CoversAnAreaThatIsTooLargeToKeep) {
  std::string shapes;
  for (int i = 0; i < 600; ++i) {
    const std::string south = std::to_string(31 + i * 0.001);
    const std::string north = std::to_string(31.0005 + i * 0.001);
    shapes += "<polygon>" + south + ",120 " + south + ",121 " + north + ",120.5 " + south + ",120</polygon>";
  }
  CapText text;
  text.infos = CapText::Info(CapText::Area(shapes));
  const auto reading = ReadCap(text.Text(), Strictness::kLenient);
  ASSERT_TRUE(reading.ok());
  std::vector<CapFault> faults;
  const auto draft = DraftFrom(reading->message, kNow, faults);
  ASSERT_EQ(draft->area.polygons.size(), 1U);
  EXPECT_TRUE(draft->area.Contains({31.0001, 120.5}));
  EXPECT_TRUE(draft->area.Contains({31.599, 120.5}));
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].code, FaultCode::kTooLong);
}

TEST(IncidentDraftTest, HasNothingToSayWithoutInfo) {
  CapText text;
  text.infos = "";
  const auto reading = ReadCap(text.Text(), Strictness::kLenient);
  ASSERT_TRUE(reading.ok());
  std::vector<CapFault> faults;
  EXPECT_FALSE(DraftFrom(reading->message, kNow, faults).has_value());
}

}  // namespace
}  // namespace muster::exchange
