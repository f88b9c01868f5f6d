#include "services/cli/parse/team_spec.h"

#include <gtest/gtest.h>

namespace muster::cli {
namespace {

constexpr Time kNow = FromMicros(1'767'225'600'000'000);  // 2026-01-01T00:00:00Z

TEST(TeamSpecTest, ReadsEquipmentWithItsNumberAndNote) {
  const auto item = ParseEquipment("boat:2:with outboard motor");
  ASSERT_TRUE(item.ok());
  EXPECT_EQ(item->kind(), "boat");
  EXPECT_EQ(item->count(), 2);
  EXPECT_EQ(item->note(), "with outboard motor");
  for (const char* text : {"", "boat", "boat:", "boat:two", ":2", "boat:2x"}) {
    EXPECT_FALSE(ParseEquipment(text).ok()) << text;
  }
}

TEST(TeamSpecTest, ReadsACapabilityWithItsLevelAndEnd) {
  const auto held = ParseTeamCapability("water:2:+48h", kNow);
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(held->capability(), "water");
  EXPECT_EQ(held->level(), 2);
  EXPECT_EQ(held->valid_until_time().seconds(), 1'767'225'600 + 48 * 3600);
  EXPECT_EQ(ParseTeamCapability("water:2:2026-01-02", kNow)->valid_until_time().seconds(), 1'767'225'600 + 40 * 3600)
      << "the day is included";
  for (const char* text : {"water", "water:2", "water:x:+48h", "water:2:tomorrow"}) {
    EXPECT_FALSE(ParseTeamCapability(text, kNow).ok()) << text;
  }
}

TEST(TeamSpecTest, ReadsHoursOfAWeek) {
  const auto weekly = ParseWeeklyTime("sat,sun 08:00-20:30");
  ASSERT_TRUE(weekly.ok());
  ASSERT_EQ(weekly->weekdays_size(), 2);
  EXPECT_EQ(weekly->weekdays(0), 6);
  EXPECT_EQ(weekly->weekdays(1), 7);
  EXPECT_EQ(weekly->start_minute(), 480);
  EXPECT_EQ(weekly->end_minute(), 1230);
  EXPECT_EQ(ParseWeeklyTime("mon 20:00-24:00")->end_minute(), 1440);
  for (const char* text :
       {"", "sat", "sat 8-20", "someday 08:00-20:00", "sat 08:00", "sat 08:00-25:00", "sat 08:60-09:00"}) {
    EXPECT_FALSE(ParseWeeklyTime(text).ok()) << text;
  }
}

}  // namespace
}  // namespace muster::cli
