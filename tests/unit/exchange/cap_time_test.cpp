#include "services/exchange/core/cap_time.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace muster::exchange {
namespace {

constexpr int64_t kSecond = 1'000'000;
// 2026-06-20T00:00:00Z.
constexpr int64_t kDay = 1'781'913'600 * kSecond;

TEST(CapTimeTest, ReadsWhatTheStandardAllows) {
  EXPECT_EQ(ToMicros(ReadCapTime("2026-06-20T08:00:00+08:00")->time), kDay);
  EXPECT_EQ(ToMicros(ReadCapTime("2026-06-20T00:00:00-00:00")->time), kDay);
  EXPECT_EQ(ToMicros(ReadCapTime("2026-06-19T14:30:15-09:30")->time), kDay + 15 * kSecond);
  EXPECT_TRUE(ReadCapTime("2026-06-20T08:00:00+08:00")->is_plain);
}

TEST(CapTimeTest, UnderstandsZuluAndFractionsAndSaysSo) {
  const auto zulu = ReadCapTime("2026-06-20T00:00:00Z");
  ASSERT_TRUE(zulu.has_value());
  EXPECT_EQ(ToMicros(zulu->time), kDay);
  EXPECT_FALSE(zulu->is_plain);
  const auto fraction = ReadCapTime("2026-06-20T00:00:00.1234567+00:00");
  ASSERT_TRUE(fraction.has_value());
  EXPECT_EQ(ToMicros(fraction->time), kDay + 123'456);
  EXPECT_FALSE(fraction->is_plain);
}

TEST(CapTimeTest, RefusesWhatIsNoInstant) {
  for (const std::string text : {"",
                                 "2026-06-20",
                                 "2026-06-20T08:00:00",
                                 "2026-06-20T08:00:00,08:00",
                                 "2026-06-20 08:00:00+08:00",
                                 "2026-06-20T08:00+08:00",
                                 "2026-02-29T08:00:00+08:00",
                                 "2026-13-01T08:00:00+08:00",
                                 "0000-00-00T00:00:00+00:00",
                                 "2026-06-20T24:00:00+08:00",
                                 "2026-06-20T08:60:00+08:00",
                                 "2016-12-31T23:59:60+00:00",
                                 "2026-06-20T08:00:00+15:00",
                                 "2026-06-20T08:00:00+08:60",
                                 "2026-06-20T08:00:00+0800",
                                 "2026-06-20T08:00:00.+08:00",
                                 "2026-06-20T08:00:00+08:00x",
                                 "1969-12-31T00:00:00+00:00",
                                 "9999-12-31T00:00:00+00:00",
                                 "２０２６-06-20T08:00:00+08:00"}) {
    EXPECT_FALSE(ReadCapTime(text).has_value()) << text;
  }
}

TEST(CapTimeTest, WritesUtcAsTheStandardWantsIt) {
  EXPECT_EQ(FormatCapTime(FromMicros(kDay)), "2026-06-20T00:00:00-00:00");
  EXPECT_EQ(ReadCapTime(FormatCapTime(FromMicros(kDay)))->time, FromMicros(kDay));
}

}  // namespace
}  // namespace muster::exchange
