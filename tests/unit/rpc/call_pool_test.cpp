#include "libs/rpc/src/call_pool.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>

#include "tests/support/fake_clock.h"

namespace muster::rpc {
namespace {

using std::chrono::milliseconds;

/// Holds threads until told to let go, and notes what ran.
class Gate {
 public:
  void Wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void AwaitWaiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Note(char what) {
    const std::lock_guard lock(mutex_);
    order_ += what;
  }
  std::string order() {
    const std::lock_guard lock(mutex_);
    return order_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
  std::string order_;
};

TEST(CallPoolTest, RunsTheMoreCriticalCallFirst) {
  testing::FakeClock clock;
  Gate gate;
  {
    CallPool pool({.threads = 1}, clock);
    ASSERT_TRUE(pool.TryPost(Criticality::kRead, [&] { gate.Wait(); }));
    gate.AwaitWaiting(1);
    ASSERT_TRUE(pool.TryPost(Criticality::kReport, [&] { gate.Note('3'); }));
    ASSERT_TRUE(pool.TryPost(Criticality::kRead, [&] { gate.Note('2'); }));
    ASSERT_TRUE(pool.TryPost(Criticality::kIntake, [&] { gate.Note('1'); }));
    ASSERT_TRUE(pool.TryPost(Criticality::kLifeSafety, [&] { gate.Note('0'); }));
    gate.Open();
  }
  EXPECT_EQ(gate.order(), "0123");
}

TEST(CallPoolTest, NeverLetsReportsTakeAllThreads) {
  testing::FakeClock clock;
  Gate gate;
  Gate done;
  CallPool pool({.threads = 4}, clock);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(pool.TryPost(Criticality::kReport, [&] { gate.Wait(); }));
  }
  ASSERT_TRUE(pool.TryPost(Criticality::kLifeSafety, [&] { done.Wait(); }));
  done.AwaitWaiting(1);  // hangs if four reports held the four threads
  gate.AwaitWaiting(1);
  gate.AwaitWaiting(1);  // and one report has begun
  EXPECT_EQ(pool.QueueLength(), 3U) << "one report runs at a time";
  done.Open();
  gate.Open();
}

TEST(CallPoolTest, RefusesBeyondTheQueueOfAClass) {
  testing::FakeClock clock;
  Gate gate;
  CallPool pool({.threads = 1, .queue_limit = 2}, clock);
  ASSERT_TRUE(pool.TryPost(Criticality::kRead, [&] { gate.Wait(); }));
  gate.AwaitWaiting(1);
  EXPECT_TRUE(pool.TryPost(Criticality::kRead, [] {}));
  EXPECT_TRUE(pool.TryPost(Criticality::kRead, [] {}));
  EXPECT_FALSE(pool.TryPost(Criticality::kRead, [] {}));
  EXPECT_TRUE(pool.TryPost(Criticality::kLifeSafety, [] {})) << "each class has a queue of its own";
  gate.Open();
}

TEST(CallPoolTest, ShedsTheLeastCriticalFirstAndNeverWhatLivesHangOn) {
  testing::FakeClock clock;
  Gate gate;
  CallPool pool({.threads = 1}, clock);
  ASSERT_TRUE(pool.TryPost(Criticality::kLifeSafety, [&] { gate.Wait(); }));
  gate.AwaitWaiting(1);
  ASSERT_TRUE(pool.TryPost(Criticality::kLifeSafety, [] {}));
  clock.Advance(milliseconds(150));  // now the second call has waited too long
  EXPECT_TRUE(pool.Admits(Criticality::kReport));
  clock.Advance(milliseconds(1000));
  EXPECT_FALSE(pool.Admits(Criticality::kReport));
  EXPECT_TRUE(pool.Admits(Criticality::kRead));
  clock.Advance(milliseconds(1000));
  EXPECT_FALSE(pool.Admits(Criticality::kRead));
  clock.Advance(milliseconds(1000));
  EXPECT_FALSE(pool.Admits(Criticality::kIntake));
  clock.Advance(milliseconds(5000));
  EXPECT_TRUE(pool.Admits(Criticality::kLifeSafety));
  gate.Open();
}

TEST(CallPoolTest, ShedsOnlyDownToTheClassThatWaits) {
  testing::FakeClock clock;
  Gate gate;
  CallPool pool({.threads = 4}, clock);
  ASSERT_TRUE(pool.TryPost(Criticality::kReport, [&] { gate.Wait(); }));
  gate.AwaitWaiting(1);
  ASSERT_TRUE(pool.TryPost(Criticality::kReport, [] {}));
  clock.Advance(milliseconds(150));
  for (int i = 0; i < 5; ++i) {
    pool.Admits(Criticality::kRead);
    clock.Advance(milliseconds(1000));
  }
  EXPECT_FALSE(pool.Admits(Criticality::kReport));
  EXPECT_TRUE(pool.Admits(Criticality::kRead)) << "a long report is no reason to refuse reads";
  gate.Open();
}

TEST(CallPoolTest, TakesAClassBackAfterAWindowWithoutWaits) {
  testing::FakeClock clock;
  Gate gate;
  Gate empty;
  CallPool pool({.threads = 1}, clock);
  ASSERT_TRUE(pool.TryPost(Criticality::kRead, [&] { gate.Wait(); }));
  gate.AwaitWaiting(1);
  ASSERT_TRUE(pool.TryPost(Criticality::kRead, [] {}));
  clock.Advance(milliseconds(150));
  EXPECT_TRUE(pool.Admits(Criticality::kReport));
  clock.Advance(milliseconds(1000));
  EXPECT_FALSE(pool.Admits(Criticality::kReport));
  gate.Open();
  ASSERT_TRUE(pool.TryPost(Criticality::kLifeSafety, [&] { empty.Wait(); }));
  empty.AwaitWaiting(1);
  empty.Open();
  while (pool.QueueLength() > 0) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(pool.Admits(Criticality::kReport));
  clock.Advance(milliseconds(1100));
  EXPECT_TRUE(pool.Admits(Criticality::kReport));
}

}  // namespace
}  // namespace muster::rpc
