// Whoever looks at /readyz is told that the machine's clock has jumped.

#include "clock_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "muster/base/jump_proof_clock.h"
#include "tests/support/fake_clock.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ClockWatchTest, TellsOfAJumpUntilTheClockIsBack) {
  muster::testing::FakeClock machine;
  const JumpProofClock clock(machine);
  ClockWatch watch(clock);
  EXPECT_THAT(watch.Reason(), IsEmpty());

  machine.Jump(std::chrono::hours(24));
  EXPECT_EQ(watch.Step(), Duration(std::chrono::seconds(1)));
  EXPECT_THAT(watch.Reason(), HasSubstr("86400 s forward"));

  machine.Jump(-std::chrono::hours(25));
  EXPECT_THAT(watch.Reason(), HasSubstr("3600 s back"));

  machine.Jump(std::chrono::hours(1));
  EXPECT_THAT(watch.Reason(), IsEmpty());
}

}  // namespace
}  // namespace muster::server
