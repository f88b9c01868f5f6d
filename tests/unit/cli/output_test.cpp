#include "services/cli/output/output.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "services/cli/output/progress.h"
#include "services/cli/output/width.h"

namespace muster::cli {
namespace {

class OutputTest : public testing::Test {
 protected:
  Output Make(Language language, bool json = false) {
    return Output({.out = out_, .err = err_, .language = language, .json = json});
  }
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(OutputTest, TellsReasonSentenceAndFieldOfAnError) {
  Output output = Make(Language::kEnglish);
  output.Error(Error(Reason::kOutOfRange, "lines[2].quantity", {{"range", "1 - 100000"}}));
  EXPECT_EQ(out_.str(), "");
  EXPECT_NE(err_.str().find("OUT_OF_RANGE"), std::string::npos);
  EXPECT_NE(err_.str().find("1 - 100000"), std::string::npos);
  EXPECT_NE(err_.str().find("field: lines[2].quantity"), std::string::npos);
}

TEST_F(OutputTest, SaysWhatToDoInTheReadersLanguage) {
  Output output = Make(Language::kChinese);
  output.Error(Error(Reason::kVersionConflict, "", {{"current_version", "7"}}));
  EXPECT_NE(err_.str().find("当前版本为 7"), std::string::npos);
  EXPECT_NE(err_.str().find("再执行一次"), std::string::npos);
}

TEST_F(OutputTest, GivesErrorsAsJsonToPrograms) {
  Output output = Make(Language::kEnglish, /*json=*/true);
  output.Error(Error(Reason::kNotFound, "id"));
  const auto json = nlohmann::json::parse(err_.str());
  EXPECT_EQ(json["reason"], "NOT_FOUND");
  EXPECT_EQ(json["field"], "id");
  EXPECT_EQ(json["exitCode"], 5);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(OutputTest, PrintsMessagesByTheProtoMapping) {
  Output output = Make(Language::kEnglish, /*json=*/true);
  dispatch::v1::Incident incident;
  incident.set_district_path("3205/320508");
  incident.set_version(3);
  output.JsonLine(incident);
  const auto json = nlohmann::json::parse(out_.str());
  EXPECT_EQ(json["districtPath"], "3205/320508");
  EXPECT_EQ(json["version"], "3");
}

TEST_F(OutputTest, PaintsOnlyWhereColoursAreOn) {
  EXPECT_EQ(Make(Language::kEnglish).Paint(Color::kRed, "x"), "x");
  const Output colored({.out = out_, .err = err_, .color = true});
  EXPECT_EQ(colored.Paint(Color::kRed, "x"), "\x1b[31mx\x1b[0m");
}

TEST_F(OutputTest, KeepsQuietWhenAsked) {
  Output output({.out = out_, .err = err_, .quiet = true});
  output.Note({"下一步", "next"});
  EXPECT_EQ(err_.str(), "");
}

TEST(ProgressTest, ShowsTheSpeedAndTheTimeLeft) {
  const std::string line = ProgressLine("load", "rows", 30'000, 120'000, 3.0);
  EXPECT_NE(line.find("25%"), std::string::npos);
  EXPECT_NE(line.find("10,000 rows/s"), std::string::npos);
  EXPECT_NE(line.find("9 s"), std::string::npos);
}

TEST(ProgressTest, KeepsItsWidth) {
  EXPECT_EQ(DisplayWidth(ProgressLine("a", "b", 0, 10, 0)), DisplayWidth(ProgressLine("a", "b", 10, 10, 0)));
}

TEST(ProgressTest, MarksThousands) {
  EXPECT_EQ(Thousands(0), "0");
  EXPECT_EQ(Thousands(999), "999");
  EXPECT_EQ(Thousands(1'000), "1,000");
  EXPECT_EQ(Thousands(245'000), "245,000");
  EXPECT_EQ(Thousands(-1'234'567), "-1,234,567");
}

}  // namespace
}  // namespace muster::cli
