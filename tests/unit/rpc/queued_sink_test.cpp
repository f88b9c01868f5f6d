#include "muster/rpc/queued_sink.h"

#include <gtest/gtest.h>

#include <thread>

#include "muster/testing/v1/echo.pb.h"

namespace muster::rpc {
namespace {

using muster::testing::v1::CountItem;

/// A transport that writes only when told.
class SlowSink final : public QueuedSink {
 public:
  std::optional<std::string> Encode(const google::protobuf::Message& item) override { return item.SerializeAsString(); }
  void StartWrite(std::string frame) override {
    ++started;
    last = std::move(frame);
  }
  void StartFinish(const absl::Status& status) override { finished.push_back(status); }

  int started = 0;
  std::string last;
  std::vector<absl::Status> finished;
};

CountItem Item(size_t bytes = 10) {
  CountItem item;
  item.set_filler(std::string(bytes, 'x'));
  return item;
}

TEST(QueuedSinkTest, WritesOneFrameAtATime) {
  SlowSink sink;
  EXPECT_TRUE(sink.TryWrite(Item()));
  EXPECT_TRUE(sink.TryWrite(Item()));
  EXPECT_EQ(sink.started, 1);
  sink.WriteDone(true);
  EXPECT_EQ(sink.started, 2);
}

TEST(QueuedSinkTest, HoldsAtMost256Items) {
  SlowSink sink;
  ASSERT_TRUE(sink.TryWrite(Item()));  // under way
  for (int i = 0; i < 256; ++i) {
    ASSERT_TRUE(sink.TryWrite(Item())) << i;
  }
  EXPECT_FALSE(sink.TryWrite(Item()));
  sink.WriteDone(true);
  EXPECT_TRUE(sink.TryWrite(Item()));
}

TEST(QueuedSinkTest, HoldsAtMostOneMebibyteButLetsOneLargeItemThrough) {
  SlowSink sink;
  ASSERT_TRUE(sink.TryWrite(Item()));
  ASSERT_TRUE(sink.TryWrite(Item(1'000'000)));
  EXPECT_FALSE(sink.TryWrite(Item(100'000)));
  sink.WriteDone(true);
  EXPECT_TRUE(sink.TryWrite(Item(2'000'000)));
}

TEST(QueuedSinkTest, FinishesAfterWhatIsQueuedAndOnlyOnce) {
  SlowSink sink;
  ASSERT_TRUE(sink.TryWrite(Item()));
  sink.Finish(absl::OkStatus());
  sink.Finish(absl::InternalError("late"));
  EXPECT_TRUE(sink.finished.empty());
  EXPECT_FALSE(sink.TryWrite(Item()));
  sink.WriteDone(true);
  ASSERT_EQ(sink.finished.size(), 1U);
  EXPECT_TRUE(sink.finished[0].ok());
}

TEST(QueuedSinkTest, WakesABlockedWriterWhenTheClientLeaves) {
  SlowSink sink;
  while (sink.TryWrite(Item())) {
  }
  bool written = true;
  std::thread writer([&] { written = sink.Write(Item()); });
  sink.Gone();
  writer.join();
  EXPECT_FALSE(written);
  EXPECT_TRUE(sink.IsCancelled());
  EXPECT_TRUE(sink.finished.empty()) << "a frame is still under way";
  sink.WriteDone(false);
  EXPECT_EQ(sink.finished.size(), 1U);
}

TEST(QueuedSinkTest, RunsEveryListenerOnceAtTheEnd) {
  SlowSink sink;
  int early = 0;
  int late = 0;
  sink.OnDone([&] { ++early; });
  EXPECT_EQ(early, 0);
  sink.Ended();
  sink.Ended();
  sink.OnDone([&] { ++late; });
  EXPECT_EQ(early, 1);
  EXPECT_EQ(late, 1);
}

}  // namespace
}  // namespace muster::rpc
