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

TEST(OutageTest, NoCallFailsWhileRedisIsAwayAndARollingRestartLosesNothing) {
  const Cluster cluster;
  ASSERT_TRUE(cluster.Start()) << cluster.LogTail();
  const Strike without_redis = KilledFor(cluster, {"redis"});
  const Strike rolling_restart = RollingRestart(cluster);
  const Trial trial(cluster,
                    {{.rate = kRate}, seconds(1), seconds(5), seconds(1), [&](seconds length, Figures& figures) {
                       without_redis(length, figures);
                       rolling_restart(length, figures);
                     }});
  EXPECT_EQ(trial.failures(), 0U) << trial.figures().Table();
  EXPECT_THAT(trial.lost(), IsEmpty());
  EXPECT_THAT(trial.doubled(), IsEmpty());
  EXPECT_EQ(trial.unheard(), 0U);
  EXPECT_TRUE(trial.drained().has_value()) << "not drained 30 s after the return";
  EXPECT_GE(trial.figures().Pushes(Phase::kDuring).count, 5U) << "nothing was to be heard of\n"
                                                              << trial.figures().Table();
}

}  // namespace
}  // namespace muster::testing
