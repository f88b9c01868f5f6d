#include "services/cli/parse/line_spec.h"

#include <gtest/gtest.h>

#include "muster/wire/timestamp.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

using dispatch::v1::RequestLine;

const Time kNow = FromMicros(1'767'225'600'000'000);

std::string RefusalOf(const std::string& text) {
  const auto line = ParseLineSpec(text, kNow);
  EXPECT_FALSE(line.ok());
  EXPECT_EQ(ExitCodeOf(line.status()), ExitCode::kUsage);
  return line.ok() ? "" : LocalTextOf(line.status())->en;
}

TEST(LineSpecTest, ReadsEveryKey) {
  const auto line = ParseLineSpec(
      "capability=psychological_support,level=2,quantity=5,unit=teams,place=on_site,lat=31.3,lon=120.62,"
      "coordinates=gcj02,start=+1h,hours=8,priority=2,tolerance=10,agreement=mutual_aid,wave_size=4,answer=10m,"
      "provisional=1h,instructions=bring water, ask for Mr. Lu",
      kNow);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->capability(), "psychological_support");
  EXPECT_EQ(line->lowest_level(), 2);
  EXPECT_EQ(line->quantity(), 5);
  EXPECT_EQ(line->unit(), dispatch::v1::QUANTITY_UNIT_TEAMS);
  EXPECT_EQ(line->place(), common::v1::PLACE_ON_SITE);
  EXPECT_DOUBLE_EQ(line->position().latitude(), 31.3);
  EXPECT_DOUBLE_EQ(line->position().longitude(), 120.62);
  EXPECT_EQ(line->position().coordinate_system(), common::v1::COORDINATE_SYSTEM_GCJ02);
  EXPECT_EQ(line->priority(), 2);
  EXPECT_EQ(line->tolerance_percent(), 10);
  EXPECT_EQ(line->agreement(), common::v1::AGREEMENT_MUTUAL_AID);
  EXPECT_EQ(line->wave_policy().wave_size(), 4);
  EXPECT_EQ(line->wave_policy().answer_seconds(), 600);
  EXPECT_EQ(line->wave_policy().provisional_seconds(), 3600);
  EXPECT_EQ(line->instructions(), "bring water, ask for Mr. Lu");
  ASSERT_EQ(line->windows_size(), 1);
  EXPECT_EQ(ToTime(line->windows(0).start_time()), kNow + std::chrono::hours(1));
  EXPECT_EQ(ToTime(line->windows(0).end_time()), kNow + std::chrono::hours(9));
}

TEST(LineSpecTest, ReadsTheChanceWithWhichALineIsToBeFilled) {
  const auto line = ParseLineSpec("capability=catering,quantity=40,probability=0.95,fill_by=+1h", kNow);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_DOUBLE_EQ(line->wave_policy().fill_probability(), 0.95);
  EXPECT_EQ(ToTime(line->wave_policy().fill_by_time()), kNow + std::chrono::hours(1));
  EXPECT_EQ(RefusalOf("capability=catering,quantity=40,probability=high"),
            "--line, key probability: \"high\" is no probability such as 0.95.");
}

TEST(LineSpecTest, MakesOneWindowForEachShift) {
  const auto line = ParseLineSpec("capability=crisis_hotline,quantity=1,start=now,hours=4,shifts=3", kNow);
  ASSERT_TRUE(line.ok()) << line.status();
  ASSERT_EQ(line->windows_size(), 3);
  EXPECT_EQ(ToTime(line->windows(1).start_time()), ToTime(line->windows(0).end_time()));
  EXPECT_EQ(ToTime(line->windows(2).end_time()), kNow + std::chrono::hours(12));
}

TEST(LineSpecTest, RepeatsTheSameHoursOnSoManyDays) {
  const auto line =
      ParseLineSpec("capability=catering,quantity=4,start=2026-01-02T08:00:00+08:00,hours=12,days=5", kNow);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->windows_size(), 0);
  EXPECT_EQ(line->shifts().days(), 5);
  EXPECT_EQ(line->shifts().start_minute(), 480);
  EXPECT_EQ(line->shifts().length_minutes(), 720);
}

TEST(LineSpecTest, SaysWhatATeamMustHave) {
  const auto line = ParseLineSpec(
      "capability=water,quantity=4,unit=equipment,must_have=equipment:boat,must_have=vehicle,wish=women", kNow);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->unit(), dispatch::v1::QUANTITY_UNIT_EQUIPMENT);
  ASSERT_EQ(line->must_haves_size(), 2);
  EXPECT_EQ(line->must_haves(1), "vehicle");
  EXPECT_EQ(line->wishes(0), "women");
}

TEST(LineSpecTest, LeavesOutWhatWasNotSaid) {
  const auto line = ParseLineSpec("capability=catering,quantity=40", kNow);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_FALSE(line->has_position());
  EXPECT_FALSE(line->has_wave_policy());
  EXPECT_EQ(line->unit(), dispatch::v1::QUANTITY_UNIT_UNSPECIFIED);
  EXPECT_EQ(line->windows_size(), 1);
}

TEST(LineSpecTest, NamesTheKeyThatIsWrong) {
  EXPECT_NE(RefusalOf("capability=catering,quantity=many").find("quantity"), std::string::npos);
  EXPECT_NE(RefusalOf("capability=catering"), "");
  EXPECT_NE(RefusalOf("quantity=3").find("capability"), std::string::npos);
  EXPECT_NE(RefusalOf("capability=catering,quantity=3,colour=red").find("colour"), std::string::npos);
  EXPECT_NE(RefusalOf("capability=catering,quantity=3,unit=").find("unit"), std::string::npos);
  EXPECT_NE(RefusalOf("capability=catering,quantity=3,unit=trucks").find("people, teams"), std::string::npos);
  EXPECT_NE(RefusalOf("capability=catering,quantity=3,lat=north").find("lat"), std::string::npos);
  EXPECT_NE(RefusalOf("capability=catering,quantity=3,shifts=0").find("shifts"), std::string::npos);
  EXPECT_NE(RefusalOf("capability=catering,quantity=3,start=soon").find("soon"), std::string::npos);
}

}  // namespace
}  // namespace muster::cli
