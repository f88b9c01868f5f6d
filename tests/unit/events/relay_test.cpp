#include "muster/events/relay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "muster/events/convert.h"
#include "tests/support/event_fixtures.h"
#include "tests/support/memory_bus.h"
#include "tests/support/status_matchers.h"

namespace muster::events {
namespace {

using muster::testing::HasReason;
using muster::testing::MakeEvent;

class RelayTest : public ::testing::Test {
 protected:
  void Emit(const std::string& data, Mode mode = Mode::kReal) {
    ASSERT_OK(database_.Write({OutboxWrite(MakeEvent(data, clock_.Now(), random_, mode))}));
  }
  std::unique_ptr<Relay> NewRelay(RelayOptions options = {}) {
    options.owner = "test";
    return std::make_unique<Relay>(options, *database_, bus_, signer_, clock_, random_);
  }
  FeedEvent OnBus(const std::string& stream, size_t index) {
    const BusEntry& entry = bus_.At(stream, index);
    EXPECT_TRUE(signer_.Verify(entry.payload, entry.signature));
    return ParseEvent(entry.payload).value();
  }
  /// Everything queued so far has been committed after this.
  void Settle() { ASSERT_OK(database_.Write({})); }

  const std::string real_ = "muster:test:real";
  const std::string drill_ = "muster:test:drill";
  muster::testing::FakeClock clock_;
  SeededRandom random_{1};
  muster::testing::EventDatabase database_{clock_};
  muster::testing::MemoryBus bus_;
  EventSigner signer_{"key"};
};

TEST_F(RelayTest, PublishesCommittedEventsInOrderSignedAndLinked) {
  auto relay = NewRelay();
  Emit("one");
  Emit("two");
  relay->Step(clock_.Now());
  Emit("three");
  relay->Step(clock_.Now());
  ASSERT_EQ(bus_.Length(real_), 3u);
  EXPECT_EQ(OnBus(real_, 0).data, "one");
  EXPECT_EQ(OnBus(real_, 0).previous_feed_seq, 0);
  EXPECT_EQ(OnBus(real_, 2).data, "three");
  EXPECT_EQ(OnBus(real_, 2).previous_feed_seq, OnBus(real_, 1).feed_seq);
  EXPECT_EQ(relay->counters().published, 3);
  EXPECT_EQ(relay->counters().oldest_waiting_us, 0);
}

TEST_F(RelayTest, KeepsDrillsApartAndTestsAtHome) {
  auto relay = NewRelay();
  Emit("real");
  Emit("drill", Mode::kDrill);
  Emit("test", Mode::kTest);
  relay->Step(clock_.Now());
  ASSERT_EQ(bus_.Length(real_), 1u);
  ASSERT_EQ(bus_.Length(drill_), 1u);
  EXPECT_EQ(OnBus(drill_, 0).data, "drill");
  EXPECT_EQ(OnBus(drill_, 0).previous_feed_seq, 0);
  EXPECT_EQ(bus_.Length("muster:test:test"), 0u);
}

TEST_F(RelayTest, PublishesMoreThanOnePageInOneStep) {
  RelayOptions options;
  options.batch = 10;
  auto relay = NewRelay(options);
  for (int i = 0; i < 35; ++i) {
    Emit(std::to_string(i));
  }
  relay->Step(clock_.Now());
  ASSERT_EQ(bus_.Length(real_), 35u);
  EXPECT_EQ(OnBus(real_, 34).data, "34");
}

TEST_F(RelayTest, DrainsWhatWaitedWhileTheBusWasAway) {
  auto relay = NewRelay();
  bus_.SetDown(true);
  Emit("one");
  relay->Step(clock_.Now());
  Emit("two");
  relay->Step(clock_.Now());
  EXPECT_FALSE(relay->counters().bus_up);
  FeedReader feed("test", *database_);
  EXPECT_EQ(feed.Read({"test", 0, 10, {}})->events.size(), 2u) << "the feed goes on";
  bus_.SetDown(false);
  relay->Step(clock_.Now());
  ASSERT_EQ(bus_.Length(real_), 2u);
  EXPECT_EQ(OnBus(real_, 1).data, "two");
  EXPECT_TRUE(relay->counters().bus_up);
}

TEST_F(RelayTest, ContinuesWhereItWasAfterARestart) {
  auto relay = NewRelay();
  Emit("one");
  relay->Step(clock_.Now());
  Settle();
  relay = NewRelay();
  Emit("two");
  relay->Step(clock_.Now());
  ASSERT_EQ(bus_.Length(real_), 2u);
  EXPECT_EQ(OnBus(real_, 1).data, "two");
}

TEST_F(RelayTest, PublishesTwiceWhatItHadNotRecordedWhenItEnded) {
  auto relay = NewRelay();
  Emit("one");
  relay->Step(clock_.Now());
  Settle();
  Emit("two");
  relay->Step(clock_.Now());  // within the interval of marks: on the bus, not recorded
  relay = NewRelay();
  relay->Step(clock_.Now());
  ASSERT_EQ(bus_.Length(real_), 3u);
  EXPECT_EQ(OnBus(real_, 1).data, "two");
  EXPECT_EQ(OnBus(real_, 2).data, "two");
  EXPECT_EQ(OnBus(real_, 1).id, OnBus(real_, 2).id);
}

TEST_F(RelayTest, NoticesThatTheBusHasLostItsMemory) {
  auto relay = NewRelay();
  relay->Step(clock_.Now());
  const std::string epoch = *bus_.Epoch("test");
  ASSERT_FALSE(epoch.empty());
  EXPECT_EQ(relay->counters().bus_resets, 0);
  bus_.Flush();
  clock_.Advance(std::chrono::seconds(2));
  relay->Step(clock_.Now());
  EXPECT_EQ(relay->counters().bus_resets, 1);
  EXPECT_FALSE(bus_.Epoch("test")->empty());
  EXPECT_NE(*bus_.Epoch("test"), epoch);
}

TEST_F(RelayTest, KeepsItsEpochOverARestart) {
  NewRelay()->Step(clock_.Now());
  const std::string epoch = *bus_.Epoch("test");
  auto relay = NewRelay();
  relay->Step(clock_.Now());
  EXPECT_EQ(*bus_.Epoch("test"), epoch);
  EXPECT_EQ(relay->counters().bus_resets, 0);
}

TEST_F(RelayTest, DropsOldRowsButNeverTheNewest) {
  auto relay = NewRelay();
  Emit("old");
  Emit("old drill", Mode::kDrill);
  Emit("old too");
  relay->Step(clock_.Now());
  Settle();
  clock_.Advance(std::chrono::hours(31 * 24));
  relay->Step(clock_.Now());
  EXPECT_EQ(relay->counters().pruned, 2);
  FeedReader feed("test", *database_);
  EXPECT_EQ(*feed.Head(), 3);
  EXPECT_THAT(feed.Read({"test", 1, 10, {Mode::kDrill}}), HasReason(Reason::kBadCursor));
  EXPECT_OK(feed.Read({"test", 1, 10, {Mode::kReal}}));
  Emit("new");
  EXPECT_EQ(*feed.Head(), 4);
  EXPECT_EQ(feed.Read({"test", 3, 10, {}})->events[0].previous_feed_seq, 3);
}

TEST_F(RelayTest, DropsOldRowsABoundedPartAtATime) {
  auto relay = NewRelay();
  std::vector<storage::Write> writes;
  for (int i = 0; i < 1500; ++i) {
    writes.push_back(OutboxWrite(MakeEvent("old", clock_.Now(), random_)));
  }
  ASSERT_OK(database_.Write(writes));
  relay->Step(clock_.Now());
  Settle();
  clock_.Advance(std::chrono::seconds(1));
  relay->Step(clock_.Now());  // records all of it
  Settle();
  clock_.Advance(std::chrono::hours(31 * 24));
  relay->Step(clock_.Now());
  EXPECT_EQ(relay->counters().pruned, 1000);
  relay->Step(clock_.Now());
  EXPECT_EQ(relay->counters().pruned, 1499);
}

TEST_F(RelayTest, DropsNothingYoung) {
  auto relay = NewRelay();
  Emit("old");
  clock_.Advance(std::chrono::hours(20 * 24));
  Emit("young");
  Emit("younger");
  relay->Step(clock_.Now());
  Settle();
  clock_.Advance(std::chrono::hours(15 * 24));
  relay->Step(clock_.Now());
  EXPECT_EQ(relay->counters().pruned, 1);
}

TEST_F(RelayTest, DropsNothingThatIsNotPublished) {
  auto relay = NewRelay();
  bus_.SetDown(true);
  Emit("one");
  Emit("two");
  clock_.Advance(std::chrono::hours(31 * 24));
  relay->Step(clock_.Now());
  EXPECT_EQ(relay->counters().pruned, 0);
}

TEST_F(RelayTest, StartsFromTheHeadOfADatabaseThatWasPutBack) {
  Emit("one");
  ASSERT_OK(database_.Write({{"INSERT INTO bus_state (name, value) VALUES ('published', '99')", {}, 1, {}}}));
  auto relay = NewRelay();
  Emit("two");
  relay->Step(clock_.Now());
  EXPECT_EQ(bus_.Length(real_), 0u) << "head was 2 when it started";
  Emit("three");
  relay->Step(clock_.Now());
  EXPECT_EQ(bus_.Length(real_), 1u);
}

TEST_F(RelayTest, DoesNotReadTestEventsAtTheEndAgainAndAgain) {
  auto relay = NewRelay();
  Emit("real");
  for (int i = 0; i < 5; ++i) {
    Emit("test", Mode::kTest);
  }
  relay->Step(clock_.Now());
  clock_.Advance(std::chrono::seconds(1));
  relay->Step(clock_.Now());
  Settle();
  EXPECT_EQ(database_.Texts("SELECT value FROM bus_state WHERE name = 'published'"), std::vector<std::string>{"6"});
}

}  // namespace
}  // namespace muster::events
