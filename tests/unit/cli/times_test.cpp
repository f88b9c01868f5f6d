#include "services/cli/parse/times.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "services/cli/output/format.h"

namespace muster::cli {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// 2026-01-01T00:00:00Z, 08:00 in Shanghai.
const Time kNow = FromMicros(1'767'225'600'000'000);

/// On a host of another zone, which must make no difference.
class TimesTest : public testing::Test {
 protected:
  TimesTest() {
    setenv("TZ", "America/New_York", 1);
    tzset();
  }
};

Time Parsed(const std::string& text) {
  const auto time = ParseTime(text, kNow);
  EXPECT_TRUE(time.ok()) << text;
  return time.value_or(Time{});
}

TEST_F(TimesTest, ReadsLengthsOfTime) {
  EXPECT_EQ(ParseDuration("90s").value(), seconds(90));
  EXPECT_EQ(ParseDuration("1h30m").value(), minutes(90));
  EXPECT_EQ(ParseDuration("2d").value(), hours(48));
}

TEST_F(TimesTest, RefusesWhatIsNoLengthOfTime) {
  for (const char* text : {"", "5", "h", "-1h", "1w", "0m", "1h 30m", "99999999999999999999s", "999999999d"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

TEST_F(TimesTest, CountsFromNow) {
  EXPECT_EQ(Parsed("now"), kNow);
  EXPECT_EQ(Parsed("+1h"), kNow + hours(1));
  EXPECT_EQ(Parsed("-30m"), kNow - minutes(30));
}

TEST_F(TimesTest, ReadsTimesWithAnOffset) {
  EXPECT_EQ(Parsed("2026-01-01T08:00:00+08:00"), kNow);
  EXPECT_EQ(Parsed("2026-01-01T00:00:00Z"), kNow);
  EXPECT_EQ(Parsed("2025-12-31T19:00-05:00"), kNow);
}

TEST_F(TimesTest, ReadsADayAsItsBeginningAndAsAnEndWithTheDayItself) {
  EXPECT_EQ(Parsed("2026-01-02"), kNow + hours(16));
  EXPECT_EQ(ParseEnd("2026-01-02", kNow).value(), kNow + hours(40));
  EXPECT_EQ(ParseEnd("2026-01-02 08:00", kNow).value(), kNow + hours(24));
  EXPECT_EQ(ParseEnd("+1h", kNow).value(), kNow + hours(1));
  EXPECT_FALSE(ParseEnd("2026-02-30", kNow).ok());
}

TEST_F(TimesTest, ShowsTimesOfChinaAndTheLastDayOfWhatEndsAtMidnight) {
  google::protobuf::Timestamp time;
  time.set_seconds(1'767'225'600);
  EXPECT_EQ(FormatTime(time), "2026-01-01 08:00:00");
  EXPECT_EQ(FormatEnd(time), "2026-01-01 08:00:00");
  time.set_seconds(1'767'225'600 + 16 * 3600);
  EXPECT_EQ(FormatEnd(time), "2026-01-01");
  EXPECT_EQ(FormatEnd({}), "");
}

TEST_F(TimesTest, ReadsTheTimeOfChina) {
  EXPECT_EQ(Parsed("2026-01-01 08:00"), kNow);
  EXPECT_EQ(Parsed("2026-01-01T08:00:30"), kNow + seconds(30));
}

TEST_F(TimesTest, TakesAClockTimeThatHasPassedForTomorrow) {
  EXPECT_EQ(Parsed("09:15"), kNow + minutes(75));
  EXPECT_EQ(Parsed("07:00"), kNow + hours(23));
}

TEST_F(TimesTest, RefusesWhatIsNoTime) {
  for (const char* text : {"", "soon", "+", "+soon", "2026-13-01 08:00", "2026-02-30", "25:00", "2026-01-01 08:00 x"}) {
    EXPECT_FALSE(ParseTime(text, kNow).ok()) << text;
  }
}

}  // namespace
}  // namespace muster::cli
