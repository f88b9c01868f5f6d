// The time that the program goes by does not jump when somebody sets the machine's clock.

#include "muster/base/jump_proof_clock.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class JumpProofClockTest : public ::testing::Test {
 protected:
  /// Lets time pass while somebody asks for it all the time.
  void Pass(Duration time) {
    for (Duration passed{}; passed < time; passed += milliseconds(100)) {
      machine_.Advance(milliseconds(100));
      clock_.Now();
    }
  }

  testing::FakeClock machine_;
  JumpProofClock clock_{machine_};
  const Time start_ = machine_.Now();
};

TEST_F(JumpProofClockTest, StartsWithTheMachinesClockAndGoesOnWithIt) {
  Pass(minutes(5));
  EXPECT_EQ(clock_.Now(), start_ + minutes(5));
  EXPECT_EQ(clock_.Skew(), Duration::zero());
}

TEST_F(JumpProofClockTest, DoesNotFollowAJumpInEitherDirection) {
  for (const Duration jump : {Duration(hours(24)), Duration(-hours(48)), Duration(hours(24) + seconds(2))}) {
    machine_.Jump(jump);
    const Time before = clock_.Now();
    Pass(minutes(10));
    EXPECT_EQ(clock_.Now(), before + minutes(10));
  }
  EXPECT_EQ(clock_.Skew(), Duration(seconds(2)));
}

TEST_F(JumpProofClockTest, FollowsASmallCorrectionAtThePaceOfTheKernel) {
  machine_.Jump(milliseconds(100));
  Pass(seconds(100));
  EXPECT_EQ(clock_.Now(), start_ + seconds(100) + milliseconds(50));
  Pass(seconds(100));
  EXPECT_EQ(clock_.Now(), machine_.Now());
  machine_.Jump(-milliseconds(100));
  Pass(seconds(100));
  EXPECT_EQ(clock_.Skew(), Duration(-milliseconds(50)));
}

TEST_F(JumpProofClockTest, IsNeverMoreThanASecondFromWhatHasPassedWhateverTheDrift) {
  for (int second = 0; second < 3600; ++second) {
    Pass(seconds(1));
    machine_.Jump(milliseconds(50));  // a clock that runs five in a hundred too fast
  }
  const Duration wrong = clock_.Now() - (start_ + hours(1));
  EXPECT_GE(wrong, Duration::zero());
  EXPECT_LE(wrong, Duration(seconds(1)));
}

TEST_F(JumpProofClockTest, FollowsAgainWhenTheMachinesClockIsBack) {
  machine_.Jump(hours(1));
  Pass(minutes(1));
  machine_.Jump(-hours(1) + milliseconds(10));
  Pass(minutes(1));
  EXPECT_EQ(clock_.Now(), machine_.Now());
}

}  // namespace
}  // namespace muster
