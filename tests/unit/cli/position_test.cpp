#include "services/cli/parse/position.h"

#include <gtest/gtest.h>

#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

TEST(PositionTest, ReadsLatitudeAndLongitude) {
  const auto position = ParsePosition("31.3,-120.62");
  ASSERT_TRUE(position.ok()) << position.status();
  EXPECT_DOUBLE_EQ(position->latitude(), 31.3);
  EXPECT_DOUBLE_EQ(position->longitude(), -120.62);
}

TEST(PositionTest, EverythingElseIsAUsageError) {
  for (const char* text : {"", ",", "31.3", "31.3,", ",120.6", "31.3;120.6", "31.3,120.6,5", "31.3, 120.6", "x,y"}) {
    const auto position = ParsePosition(text);
    EXPECT_FALSE(position.ok()) << text;
    EXPECT_EQ(ExitCodeOf(position.status()), ExitCode::kUsage) << text;
  }
}

}  // namespace
}  // namespace muster::cli
