#include "muster/base/work_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace muster {
namespace {

TEST(WorkPoolTest, RunsEverythingBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    WorkPool pool(2, 1000);
    for (int i = 0; i < 500; ++i) {
      ASSERT_TRUE(pool.TryPost([&ran] { ++ran; }));
    }
  }
  EXPECT_EQ(ran, 500);
}

TEST(WorkPoolTest, RefusesWorkBeyondItsQueue) {
  std::promise<void> release;
  std::promise<void> started;
  WorkPool pool(1, 1);
  ASSERT_TRUE(pool.TryPost([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.TryPost([] {}));
  EXPECT_FALSE(pool.TryPost([] {}));
  release.set_value();
}

}  // namespace
}  // namespace muster
