#include "muster/storage/reply_sweeper.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/store_under_test.h"
#include "tests/unit/storage/counter.h"

namespace muster::storage {
namespace {

using muster::testing::StoreKind;
using std::chrono::hours;
using std::chrono::seconds;

class ReplySweeperTest : public ::testing::TestWithParam<StoreKind> {
 protected:
  CommandReply Repeat(const std::string& request_id) { return database_->Run(Add("a", 1, Key(request_id))).value(); }
  int64_t Kept() { return NumberIn(*database_, "SELECT count(*) FROM request"); }

  muster::testing::FakeClock clock_;
  const std::unique_ptr<muster::testing::StoreUnderTest> store_ = GetParam().make({});
  const std::unique_ptr<Database> database_ = store_->Open({&clock_}, CounterSchema()).value();
  ReplySweeper sweeper_{{}, *database_, clock_};
};

INSTANTIATE_TEST_SUITE_P(Stores, ReplySweeperTest, ::testing::ValuesIn(muster::testing::StoreKinds()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(ReplySweeperTest, DropsAReplyAfterSevenDaysAndKeepsAYoungerOne) {
  Repeat("old");
  clock_.Advance(seconds(1));
  Repeat("young");
  clock_.Advance(hours(7 * 24) - seconds(1));
  sweeper_.Step(clock_.Now());
  EXPECT_TRUE(Repeat("young").repeated);
  const CommandReply anew = Repeat("old");
  EXPECT_FALSE(anew.repeated);
  EXPECT_EQ(anew.reply, "3");
}

TEST_P(ReplySweeperTest, DropsABoundedPartAtATimeAndGoesOnAtOnce) {
  for (int i = 0; i < 5; ++i) {
    Repeat(std::to_string(i));
  }
  clock_.Advance(hours(7 * 24));
  ReplySweeper sweeper({.batch = 2}, *database_, clock_);
  EXPECT_EQ(sweeper.Step(clock_.Now()), Duration::zero());
  EXPECT_EQ(Kept(), 3);
  EXPECT_EQ(sweeper.Step(clock_.Now()), Duration::zero());
  EXPECT_EQ(sweeper.Step(clock_.Now()), ReplySweeperOptions().interval);
  EXPECT_EQ(Kept(), 0);
}

TEST_P(ReplySweeperTest, LooksOnceAnIntervalOnly) {
  sweeper_.Step(clock_.Now());
  Repeat("old");
  clock_.Jump(hours(8 * 24));  // the wall clock alone: the interval is not over
  sweeper_.Step(clock_.Now());
  EXPECT_EQ(Kept(), 1);
  clock_.Advance(ReplySweeperOptions().interval);
  sweeper_.Step(clock_.Now());
  EXPECT_EQ(Kept(), 0);
}

}  // namespace
}  // namespace muster::storage
