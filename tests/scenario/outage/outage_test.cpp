// A cluster under load: nobody who calls notices that Redis is away, and a restart of every process, one after the
// other, loses nothing. Times are judged by tests/outage/run.sh, on a machine that has nothing else to do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/outage/trial.h"

namespace muster::testing {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;

constexpr double kRate = 20;

class OutageTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(cluster_.Start()) << cluster_.LogTail(); }

  static void ExpectSettled(const Trial& trial) {
    EXPECT_EQ(trial.failures(), 0U) << trial.figures().Table();
    EXPECT_THAT(trial.lost(), IsEmpty());
    EXPECT_THAT(trial.doubled(), IsEmpty());
    EXPECT_EQ(trial.unheard(), 0U);
    EXPECT_TRUE(trial.drained().has_value()) << "not drained 30 s after the return";
    EXPECT_GE(trial.figures().Pushes(Phase::kDuring).count, 5U) << "nothing was to be heard of\n"
                                                                << trial.figures().Table();
  }

  const Cluster cluster_;
};

TEST_F(OutageTest, NoCallFailsWhileRedisIsAway) {
  const Trial trial(cluster_, {kRate, seconds(2), seconds(6), seconds(2), KilledFor(cluster_, {"redis"})});
  ExpectSettled(trial);
}

TEST_F(OutageTest, RollingRestartLosesNothing) {
  const Trial trial(cluster_, {kRate, seconds(1), seconds(0), seconds(2), RollingRestart(cluster_)});
  ExpectSettled(trial);
}

}  // namespace
}  // namespace muster::testing
