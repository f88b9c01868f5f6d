#include "muster/wire/timestamp.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

TEST(TimestampTest, ATimeComesBackAsItWas) {
  for (const int64_t micros : {0L, 1L, -1L, 999'999L, -999'999L, -1'000'000L, -1'000'001L, 1'795'737'600'123'456L}) {
    EXPECT_EQ(ToMicros(ToTime(ToTimestamp(FromMicros(micros)))), micros);
  }
}

TEST(TimestampTest, BeforeNineteenSeventyTheNanosecondsStillCountForward) {
  const google::protobuf::Timestamp timestamp = ToTimestamp(FromMicros(-1));
  EXPECT_EQ(timestamp.seconds(), -1);
  EXPECT_EQ(timestamp.nanos(), 999'999'000);
}

TEST(TimestampTest, WhatIsFinerThanAMicrosecondIsCut) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_nanos(1'999);
  EXPECT_EQ(ToMicros(ToTime(timestamp)), 1);
}

}  // namespace
}  // namespace muster
