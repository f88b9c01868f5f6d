#include "muster/events/consumer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "muster/events/convert.h"
#include "muster/events/relay.h"
#include "tests/support/event_fixtures.h"
#include "tests/support/memory_bus.h"
#include "tests/support/status_matchers.h"

namespace muster::events {
namespace {

using muster::testing::MakeEvent;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A feed that can be cut off.
class CuttableFeed final : public FeedSource {
 public:
  explicit CuttableFeed(FeedSource& feed) : feed_(feed) {}
  absl::StatusOr<FeedPage> Read(const FeedQuery& query) override {
    ++reads;
    return is_cut ? absl::StatusOr<FeedPage>(absl::UnavailableError("cut")) : feed_.Read(query);
  }
  bool is_cut = false;
  int reads = 0;

 private:
  FeedSource& feed_;
};

class ConsumerTest : public ::testing::Test {
 protected:
  ConsumerTest() { Restart(); }

  void Restart(std::vector<Mode> modes = {Mode::kReal, Mode::kDrill}) {
    ConsumerOptions options;
    options.modes = std::move(modes);
    options.name = "reader";
    options.owners = {"test"};
    options.block = Duration::zero();
    consumer_ = Consumer::Durable(options, *here_, handler_, bus_, feed_, signer_, clock_, random_);
  }
  void Emit(const std::string& data, Mode mode = Mode::kReal) {
    ASSERT_OK(owner_.Write({OutboxWrite(MakeEvent(data, clock_.Now(), random_, mode))}));
  }
  void Publish() { relay_.Step(clock_.Now()); }
  void Step() { consumer_->Step(clock_.Now()); }
  std::vector<std::string> Applied() { return here_.Texts("SELECT data FROM applied ORDER BY n"); }
  int64_t KeptPosition() { return here_.Number("SELECT coalesce(max(position), 0) FROM consumer_position"); }

  const std::string real_ = "muster:test:real";
  muster::testing::FakeClock clock_;
  SeededRandom random_{1};
  muster::testing::EventDatabase owner_{clock_};
  muster::testing::EventDatabase here_{clock_};
  muster::testing::MemoryBus bus_;
  EventSigner signer_{"key"};
  Relay relay_{{"test"}, *owner_, bus_, signer_, clock_, random_};
  FeedReader reader_{"test", *owner_};
  CuttableFeed feed_{reader_};
  muster::testing::ApplyingHandler handler_;
  std::unique_ptr<Consumer> consumer_;
};

TEST_F(ConsumerTest, AppliesEventsFromTheBusInOrderAndAcknowledgesThem) {
  Step();
  feed_.is_cut = true;  // what follows can only come over the bus
  Emit("one");
  Emit("two");
  Publish();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 0u);
  EXPECT_EQ(consumer_->Position("test", Mode::kReal), 2);
  EXPECT_EQ(KeptPosition(), 2);
}

TEST_F(ConsumerTest, HasCaughtUpWhenTheFeedWasReadToItsEnd) {
  feed_.is_cut = true;
  Step();
  EXPECT_FALSE(consumer_->HasCaughtUp("test"));
  feed_.is_cut = false;
  clock_.Advance(std::chrono::seconds(2));
  Step();
  EXPECT_TRUE(consumer_->HasCaughtUp("test")) << "there is nothing, and all of it is applied";
  Restart();
  Emit("one");
  EXPECT_FALSE(consumer_->HasCaughtUp("test")) << "not since this start";
  Step();
  EXPECT_TRUE(consumer_->HasCaughtUp("test"));
}

TEST_F(ConsumerTest, AppliesWithoutABus) {
  bus_.SetDown(true);
  Emit("one");
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
  Emit("two");
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one")) << "looks at the feed once a second";
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
  EXPECT_FALSE(consumer_->counters().bus_up);
}

TEST_F(ConsumerTest, GoesBackToTheBusWhenItReturns) {
  bus_.SetDown(true);
  Step();
  Emit("one");
  bus_.SetDown(false);
  Publish();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
  feed_.is_cut = true;
  Emit("two");
  Publish();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
  EXPECT_TRUE(consumer_->counters().bus_up);
}

TEST_F(ConsumerTest, AppliesADuplicateOnce) {
  Emit("one");
  Publish();
  Step();
  const BusEntry entry = bus_.At(real_, 0);
  ASSERT_OK(bus_.Append(std::vector<NewEntry>{{real_, entry.payload, entry.signature}}));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 0u);
  EXPECT_EQ(bus_.Length(real_), 2u);
}

TEST_F(ConsumerTest, FillsAGapFromTheFeedBeforeGoingOn) {
  Step();
  Emit("one");
  Publish();
  bus_.DropEntries(real_);
  Emit("two");
  Publish();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 0u);
}

TEST_F(ConsumerTest, WaitsWithWhatFollowsAGapWhileTheFeedIsAway) {
  Step();
  feed_.is_cut = true;
  Emit("one");
  Publish();
  bus_.DropEntries(real_);
  Emit("two");
  Publish();
  Step();
  EXPECT_THAT(Applied(), IsEmpty());
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 1u);
  feed_.is_cut = false;
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 0u);
}

TEST_F(ConsumerTest, RestoresOrder) {
  Emit("one");
  Emit("two");
  Publish();
  const BusEntry first = bus_.At(real_, 0);
  const BusEntry second = bus_.At(real_, 1);
  bus_.Flush();
  feed_.is_cut = true;
  Step();
  ASSERT_OK(bus_.Append(std::vector<NewEntry>{{real_, second.payload, second.signature},
                                              {real_, first.payload, first.signature},
                                              {real_, second.payload, second.signature}}));
  Step();
  EXPECT_THAT(Applied(), IsEmpty());
  feed_.is_cut = false;
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
}

TEST_F(ConsumerTest, DoesNotBelieveForgedEntries) {
  Emit("one");
  Publish();
  Step();
  FeedEvent forged = reader_.Read({"test", 0, 1, {}})->events[0];
  forged.feed_seq = 2;
  forged.previous_feed_seq = 1;
  forged.data = "forged";
  const std::string payload = SerializeEvent(forged);
  ASSERT_OK(bus_.Append(std::vector<NewEntry>{{real_, payload, EventSigner("other").Sign(payload)},
                                              {real_, payload, ""},
                                              {real_, "garbage", "garbage"},
                                              {real_, "", ""},
                                              {real_, std::string(5 << 20, 'x'), "x"}}));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
  EXPECT_EQ(consumer_->counters().garbage, 5);
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 0u);
  Emit("two");
  Publish();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
}

TEST_F(ConsumerTest, DoesNotTakeAnEventFromAnotherStream) {
  Step();
  Emit("drill", Mode::kDrill);
  Publish();
  const BusEntry entry = bus_.At("muster:test:drill", 0);
  bus_.DropEntries("muster:test:drill");
  feed_.is_cut = true;
  ASSERT_OK(bus_.Append(std::vector<NewEntry>{{real_, entry.payload, entry.signature}}));
  Step();
  EXPECT_THAT(Applied(), IsEmpty());
  EXPECT_EQ(consumer_->counters().garbage, 1);
}

TEST_F(ConsumerTest, FollowsRealAndDrillsEachInTheirOrder) {
  Step();
  feed_.is_cut = true;
  Emit("d1", Mode::kDrill);
  Emit("r1");
  Emit("t1", Mode::kTest);
  Emit("d2", Mode::kDrill);
  Emit("r2");
  Publish();
  Step();
  EXPECT_THAT(Applied(), ::testing::UnorderedElementsAre("d1", "r1", "d2", "r2"));
  EXPECT_EQ(consumer_->Position("test", Mode::kReal), 5);
  EXPECT_EQ(consumer_->Position("test", Mode::kDrill), 4);
}

TEST_F(ConsumerTest, LosesNothingWhenTheBusIsFlushed) {
  Step();
  Emit("one");
  Publish();
  bus_.Flush();
  Step();  // NOGROUP: the group is made again and the feed is read
  EXPECT_THAT(Applied(), ElementsAre("one"));
  EXPECT_TRUE(bus_.HasGroup(real_, "reader"));
  EXPECT_EQ(consumer_->counters().groups_made, 1);
  Emit("two");
  Publish();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
}

TEST_F(ConsumerTest, LosesNothingWhenItsGroupIsDestroyed) {
  Step();
  Emit("one");
  Publish();
  ASSERT_OK(bus_.DestroyGroup(real_, "reader"));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
}

TEST_F(ConsumerTest, FindsInTheFeedWhatTheBusNeverSaid) {
  Step();
  Emit("one");  // no relay runs
  Step();
  EXPECT_THAT(Applied(), IsEmpty());
  clock_.Advance(std::chrono::seconds(2));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
  EXPECT_EQ(consumer_->counters().from_feed, 1);
}

TEST_F(ConsumerTest, GoesOnAfterARestartWhereItWas) {
  Emit("one");
  Publish();
  Step();
  Restart();
  Emit("two");
  Publish();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
}

TEST_F(ConsumerTest, TakesUpWhatItWasGivenBeforeItEnded) {
  Step();
  Emit("one");
  Publish();
  // Given to this consumer, which ends before it applies it.
  ASSERT_OK(bus_.ReadGroup({"reader", "1"}, std::vector<ReadPosition>{{real_, ">"}}, 10, Duration::zero()));
  ASSERT_EQ(bus_.PendingCount(real_, "reader"), 1u);
  feed_.is_cut = true;
  Restart();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 0u);
}

TEST_F(ConsumerTest, TakesOverWhatAnotherProcessLeftBehind) {
  Step();
  Emit("one");
  Publish();
  ASSERT_OK(bus_.ReadGroup({"reader", "dead"}, std::vector<ReadPosition>{{real_, ">"}}, 10, Duration::zero()));
  feed_.is_cut = true;
  clock_.Advance(std::chrono::seconds(5));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 0u);
}

TEST_F(ConsumerTest, CountsEntriesThatWereTrimmedBeforeItReadThem) {
  Step();
  Emit("one");
  Publish();
  ASSERT_OK(bus_.ReadGroup({"reader", "dead"}, std::vector<ReadPosition>{{real_, ">"}}, 10, Duration::zero()));
  bus_.DropEntries(real_);
  clock_.Advance(std::chrono::seconds(5));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
  EXPECT_EQ(consumer_->counters().lost_entries, 1);
}

TEST_F(ConsumerTest, TriesAgainAndKeepsTheOrder) {
  Step();
  handler_.failing["one"] = 2;
  Emit("one");
  Emit("two");
  Publish();
  Step();
  EXPECT_THAT(Applied(), IsEmpty());
  for (int i = 0; i < 2; ++i) {
    clock_.Advance(std::chrono::seconds(1));
    Step();
  }
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
  EXPECT_EQ(consumer_->counters().dead_letters, 0);
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 0u);
}

TEST_F(ConsumerTest, PutsAPoisonousEventAsideAndGoesOn) {
  Step();
  handler_.failing["poison"] = -1;
  Emit("one");
  Emit("poison");
  Emit("two");
  Publish();
  for (int i = 0; i < 10; ++i) {
    Step();
    clock_.Advance(std::chrono::seconds(4));
  }
  EXPECT_THAT(Applied(), ElementsAre("one", "two"));
  EXPECT_EQ(consumer_->counters().failures, 6);
  EXPECT_EQ(consumer_->counters().dead_letters, 1);
  EXPECT_THAT(here_.Texts("SELECT type || ' ' || reason FROM dead_letter"),
              ElementsAre("muster.test.v1.Happened ILLEGAL_TRANSITION"));
  EXPECT_EQ(bus_.PendingCount(real_, "reader"), 0u);
}

TEST_F(ConsumerTest, SleepsWhileAnEventWaitsForItsNextAttempt) {
  Restart({Mode::kReal});
  Step();
  handler_.failing["one"] = -1;
  Emit("one");
  Publish();
  Step();
  const int calls = handler_.calls;
  EXPECT_GT(consumer_->Step(clock_.Now()), Duration::zero());
  EXPECT_EQ(handler_.calls, calls);
}

TEST_F(ConsumerTest, ForgetsWhatItAppliedLongAgo) {
  Emit("one");
  Step();
  ASSERT_EQ(here_.Number("SELECT count(*) FROM inbox"), 1);
  clock_.Advance(std::chrono::hours(32 * 24));
  Step();
  ASSERT_OK(here_.Write({}));
  EXPECT_EQ(here_.Number("SELECT count(*) FROM inbox"), 0);
}

TEST_F(ConsumerTest, AppliesOnceEvenIfItsPositionWasPutBack) {
  Emit("one");
  Publish();
  Step();
  ASSERT_OK(here_.Write({{"DELETE FROM consumer_position", {}, -1, {}}}));
  Restart();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one"));
  EXPECT_EQ(KeptPosition(), 1);
}

TEST_F(ConsumerTest, GivesWayToAnotherProcessThatWasFaster) {
  Step();
  Emit("one");
  Emit("two");
  Publish();
  ASSERT_OK(here_.Write({PositionWrite("reader", "test", Mode::kReal, 1)}));
  Step();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("two"));
}

TEST_F(ConsumerTest, WritesNothingForEventsOfNoConcern) {
  handler_.ignored = {"noise"};
  for (int i = 0; i < 10; ++i) {
    Emit("noise");
  }
  Publish();
  Step();
  EXPECT_EQ(consumer_->Position("test", Mode::kReal), 10);
  EXPECT_EQ(KeptPosition(), 0);
  Emit("signal");
  Publish();
  Step();
  EXPECT_THAT(Applied(), ElementsAre("signal"));
  EXPECT_EQ(KeptPosition(), 11);
}

TEST_F(ConsumerTest, WritesItsPositionNowAndThenForEventsOfNoConcern) {
  handler_.ignored = {"noise"};
  for (int i = 0; i < 600; ++i) {
    Emit("noise");
  }
  Step();
  EXPECT_EQ(KeptPosition(), 500);
}

TEST_F(ConsumerTest, ReadsALongFeedPageByPage) {
  bus_.SetDown(true);
  for (int i = 0; i < 1100; ++i) {
    Emit(std::to_string(i));
  }
  Step();
  const auto applied = Applied();
  ASSERT_EQ(applied.size(), 1100u);
  EXPECT_EQ(applied[1099], "1099");
}

TEST_F(ConsumerTest, StartsOverWithWhatIsKeptWhenItWasAwayTooLong) {
  Emit("one");
  Step();
  Emit("gone");
  Emit("kept");
  ASSERT_OK(owner_.Write({{"DELETE FROM outbox WHERE feed_seq <= 2", {}, -1, {}},
                          {"INSERT INTO bus_state (name, value) VALUES ('pruned:real', '2')", {}, 1, {}}}));
  clock_.Advance(std::chrono::seconds(2));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "kept"));
  EXPECT_EQ(handler_.resyncs, 1);
  EXPECT_EQ(consumer_->counters().resyncs, 1);
}

TEST_F(ConsumerTest, GoesBackWithAnOwnerThatWasPutBack) {
  Emit("one");
  Emit("two");
  Publish();
  Step();
  ASSERT_OK(owner_.Write({{"DELETE FROM outbox WHERE feed_seq = 2", {}, -1, {}}}));
  clock_.Advance(std::chrono::seconds(2));
  Step();
  Emit("other two");
  clock_.Advance(std::chrono::seconds(2));
  Step();
  EXPECT_THAT(Applied(), ElementsAre("one", "two", "other two"));
}

TEST_F(ConsumerTest, StartsAfterASnapshot) {
  Emit("in the snapshot");
  Emit("after");
  consumer_->StartAfter("test", 1);
  Step();
  EXPECT_THAT(Applied(), ElementsAre("after"));
  Restart();
  consumer_->StartAfter("test", 0);
  Step();
  EXPECT_THAT(Applied(), ElementsAre("after")) << "it knows its position";
}

TEST_F(ConsumerTest, MemoryReadersSeeEveryEventFromTheirSnapshotOn) {
  muster::testing::RememberingHandler handler;
  handler.snapshot = 1;
  ConsumerOptions options;
  options.name = "memory";
  options.owners = {"test"};
  options.block = Duration::zero();
  Emit("in the snapshot");
  auto consumer = Consumer::InMemory(options, handler, bus_, feed_, signer_, clock_);
  consumer->Step(clock_.Now());
  EXPECT_EQ(handler.resyncs, 1);
  feed_.is_cut = true;
  Emit("two");
  Emit("three");
  Publish();
  consumer->Step(clock_.Now());
  EXPECT_THAT(handler.applied, ElementsAre("two", "three"));
  EXPECT_FALSE(bus_.HasGroup(real_, "memory"));
}

TEST_F(ConsumerTest, FollowsTheOthersWhileOneOwnerCannotBeAsked) {
  class Handler final : public MemoryHandler {
   public:
    absl::Status Apply(const FeedEvent& event) override {
      applied.push_back(event.data);
      return absl::OkStatus();
    }
    absl::StatusOr<int64_t> Resync(const std::string& owner) override {
      ++asked[owner];
      return owner == "away" ? absl::StatusOr<int64_t>(absl::UnavailableError("away")) : 0;
    }
    std::vector<std::string> applied;
    std::map<std::string, int> asked;
  };
  Handler handler;
  ConsumerOptions options;
  options.name = "memory";
  options.owners = {"away", "test"};
  options.block = Duration::zero();
  auto consumer = Consumer::InMemory(options, handler, bus_, feed_, signer_, clock_);
  consumer->Step(clock_.Now());
  Emit("one");
  Publish();
  consumer->Step(clock_.Now());
  EXPECT_THAT(handler.applied, ElementsAre("one"));
  EXPECT_TRUE(consumer->counters().bus_up);
  EXPECT_FALSE(consumer->HasCaughtUp("away"));
  const int asked = handler.asked["away"];
  clock_.Advance(std::chrono::seconds(3));
  consumer->Step(clock_.Now());
  EXPECT_GT(handler.asked["away"], asked) << "it is asked again and again";
}

TEST_F(ConsumerTest, MemoryReadersComeBackAfterAFlush) {
  muster::testing::RememberingHandler handler;
  ConsumerOptions options;
  options.name = "memory";
  options.owners = {"test"};
  options.block = Duration::zero();
  auto consumer = Consumer::InMemory(options, handler, bus_, feed_, signer_, clock_);
  Publish();
  consumer->Step(clock_.Now());
  Emit("one");
  Publish();
  bus_.Flush();
  clock_.Advance(std::chrono::seconds(2));
  consumer->Step(clock_.Now());
  EXPECT_THAT(handler.applied, ElementsAre("one"));
  EXPECT_EQ(consumer->counters().bus_resets, 1);
  feed_.is_cut = true;
  Emit("two");
  Publish();
  consumer->Step(clock_.Now());
  EXPECT_THAT(handler.applied, ElementsAre("one", "two"));
}

TEST_F(ConsumerTest, MemoryReadersPutPoisonAside) {
  muster::testing::RememberingHandler handler;
  handler.failing = {"poison"};
  ConsumerOptions options;
  options.name = "memory";
  options.owners = {"test"};
  options.block = Duration::zero();
  auto consumer = Consumer::InMemory(options, handler, bus_, feed_, signer_, clock_);
  Emit("poison");
  Emit("one");
  for (int i = 0; i < 10; ++i) {
    consumer->Step(clock_.Now());
    clock_.Advance(std::chrono::seconds(4));
  }
  EXPECT_THAT(handler.applied, ElementsAre("one"));
  EXPECT_EQ(consumer->counters().dead_letters, 1);
}

/// Whatever the bus does, everything is applied once and in order.
TEST_F(ConsumerTest, SurvivesEveryMishapOfTheBusInAnyOrder) {
  SeededRandom dice(7);
  int emitted = 0;
  for (int round = 0; round < 400; ++round) {
    switch (dice.Next() % 12) {
      case 0:
        bus_.Flush();
        break;
      case 1:
        bus_.SetDown(true);
        break;
      case 2:
        bus_.SetDown(false);
        break;
      case 3:
        bus_.DropEntries(real_);
        break;
      case 4:
        if (bus_.Length(real_) > 0) {
          const BusEntry entry = bus_.At(real_, dice.Next() % bus_.Length(real_));
          (void)bus_.Append(std::vector<NewEntry>{{real_, entry.payload, entry.signature}});
        }
        break;
      case 5:
        (void)bus_.DestroyGroup(real_, "reader");
        break;
      case 6:
        Restart();
        break;
      case 7:
        clock_.Advance(std::chrono::milliseconds(700));
        break;
      case 8:
        Publish();
        break;
      case 9:
        Step();
        break;
      default:
        Emit(std::to_string(emitted++));
        break;
    }
  }
  bus_.SetDown(false);
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(std::chrono::seconds(2));
    Publish();
    Step();
  }
  const auto applied = Applied();
  ASSERT_EQ(applied.size(), static_cast<size_t>(emitted));
  for (int i = 0; i < emitted; ++i) {
    ASSERT_EQ(applied[static_cast<size_t>(i)], std::to_string(i));
  }
}

}  // namespace
}  // namespace muster::events
