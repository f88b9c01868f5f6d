#include "muster/events/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "muster/events/convert.h"
#include "tests/support/event_fixtures.h"
#include "tests/support/status_matchers.h"

namespace muster::events {
namespace {

using muster::testing::HasReason;
using muster::testing::MakeEvent;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FeedTest : public ::testing::Test {
 protected:
  void Emit(const std::string& data, Mode mode = Mode::kReal) {
    ASSERT_OK(database_.Write({OutboxWrite(MakeEvent(data, clock_.Now(), random_, mode))}));
  }
  std::vector<std::string> DataAfter(int64_t after, std::vector<Mode> modes, int limit = 500) {
    std::vector<std::string> data;
    const auto page = feed_.Read({"test", after, limit, std::move(modes)});
    EXPECT_OK(page);
    for (const FeedEvent& event : page->events) {
      data.push_back(event.data);
    }
    return data;
  }

  muster::testing::FakeClock clock_;
  SeededRandom random_{1};
  muster::testing::EventDatabase database_{clock_};
  FeedReader feed_{"test", *database_};
};

TEST_F(FeedTest, ReturnsWholeEventsInOrder) {
  EventRecord written = MakeEvent("one", clock_.Now(), random_);
  written.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  ASSERT_OK(database_.Write({OutboxWrite(written)}));
  Emit("two");
  const auto page = feed_.Read({"test", 0, 500, {}});
  ASSERT_OK(page);
  ASSERT_EQ(page->events.size(), 2u);
  const FeedEvent& read = page->events[0];
  EXPECT_EQ(read.id, written.id);
  EXPECT_EQ(read.type, written.type);
  EXPECT_EQ(read.subject, written.subject);
  EXPECT_EQ(read.time, written.time);
  EXPECT_EQ(read.data_type, written.data_type);
  EXPECT_EQ(read.data, "one");
  EXPECT_EQ(read.district_path, written.district_path);
  EXPECT_EQ(read.organization_ids, written.organization_ids);
  EXPECT_EQ(read.version, 7);
  EXPECT_EQ(read.traceparent, written.traceparent);
  EXPECT_EQ(read.owner, "test");
  EXPECT_LT(read.feed_seq, page->events[1].feed_seq);
  EXPECT_EQ(page->head, page->events[1].feed_seq);
}

TEST_F(FeedTest, FiltersByMode) {
  Emit("r1");
  Emit("d1", Mode::kDrill);
  Emit("t1", Mode::kTest);
  Emit("r2");
  EXPECT_THAT(DataAfter(0, {}), ElementsAre("r1", "d1", "t1", "r2"));
  EXPECT_THAT(DataAfter(0, {Mode::kReal}), ElementsAre("r1", "r2"));
  EXPECT_THAT(DataAfter(0, {Mode::kDrill}), ElementsAre("d1"));
  EXPECT_THAT(DataAfter(0, {Mode::kReal, Mode::kDrill}), ElementsAre("r1", "d1", "r2"));
  EXPECT_THAT(DataAfter(0, {Mode::kReal, Mode::kTest}), ElementsAre("r1", "t1", "r2"));
  EXPECT_THAT(DataAfter(0, {Mode::kDrill, Mode::kTest}), ElementsAre("d1", "t1"));
  EXPECT_THAT(DataAfter(3, {Mode::kReal}), ElementsAre("r2"));
  EXPECT_THAT(DataAfter(4, {Mode::kReal}), IsEmpty());
  EXPECT_THAT(DataAfter(0, {Mode::kReal}, 1), ElementsAre("r1"));
}

TEST_F(FeedTest, LinksEveryEventToItsPredecessorOfTheSameMode) {
  Emit("r1");
  Emit("d1", Mode::kDrill);
  Emit("d2", Mode::kDrill);
  Emit("r2");
  const auto whole = feed_.Read({"test", 0, 500, {}});
  ASSERT_OK(whole);
  EXPECT_EQ(whole->events[0].previous_feed_seq, 0);
  EXPECT_EQ(whole->events[1].previous_feed_seq, 0);
  EXPECT_EQ(whole->events[2].previous_feed_seq, 2);
  EXPECT_EQ(whole->events[3].previous_feed_seq, 1);
  const auto rest = feed_.Read({"test", 2, 500, {Mode::kReal, Mode::kDrill}});
  ASSERT_OK(rest);
  EXPECT_EQ(rest->events[0].previous_feed_seq, 2);
  EXPECT_EQ(rest->events[1].previous_feed_seq, 1);
}

TEST_F(FeedTest, RefusesACursorOlderThanWhatIsKept) {
  Emit("r1");
  Emit("r2");
  Emit("r3");
  ASSERT_OK(database_.Write({{"DELETE FROM outbox WHERE feed_seq <= 2", {}, -1, {}},
                             {"INSERT INTO bus_state (name, value) VALUES ('pruned:real', '2')", {}, 1, {}}}));
  EXPECT_THAT(feed_.Read({"test", 1, 500, {Mode::kReal}}), HasReason(Reason::kBadCursor));
  EXPECT_THAT(DataAfter(2, {Mode::kReal}), ElementsAre("r3"));
  EXPECT_THAT(DataAfter(1, {Mode::kDrill}), IsEmpty()) << "no drill event is missing";
  EXPECT_THAT(DataAfter(0, {Mode::kReal}), ElementsAre("r3")) << "0 reads from the oldest kept";
  EXPECT_EQ(feed_.Read({"test", 2, 500, {Mode::kReal}})->events[0].previous_feed_seq, 2);
}

TEST_F(FeedTest, RefusesSenselessQueries) {
  EXPECT_THAT(feed_.Read({"test", 0, 0, {}}), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(feed_.Read({"test", 0, 1001, {}}), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(feed_.Read({"test", -1, 1, {}}), HasReason(Reason::kBadCursor));
}

TEST_F(FeedTest, OutboxRowsCannotBeChanged) {
  Emit("r1");
  EXPECT_FALSE(database_.Write({{"UPDATE outbox SET type = 'other'", {}, -1, {}}}).ok());
  EXPECT_THAT(DataAfter(0, {}), ElementsAre("r1"));
}

TEST_F(FeedTest, DrillsAreFoundWithoutReadingTheRealEventsBetween) {
  const bool is_sqlite = muster::testing::KindOfStore().name == "Sqlite";
  static const std::string explain =
      std::string(is_sqlite ? "EXPLAIN QUERY PLAN" : "EXPLAIN") +
      " SELECT feed_seq, event_id, data FROM outbox WHERE feed_seq > $1 AND mode = 'drill' ORDER BY feed_seq LIMIT $2";
  std::string plan;
  ASSERT_OK(database_->Query(storage::Read{
      explain, {int64_t{0}, int64_t{1}}, [&](const storage::Row& row) { plan += row.Text(is_sqlite ? 3 : 0); }}));
  EXPECT_THAT(plan, ::testing::HasSubstr("outbox_of_drills"));
}

TEST_F(FeedTest, RouterAsksTheOwner) {
  Emit("r1");
  FeedRouter router;
  router.Add("test", feed_);
  EXPECT_EQ(router.Read({"test", 0, 10, {}})->events.size(), 1u);
  EXPECT_THAT(router.Read({"other", 0, 10, {}}), HasReason(Reason::kInvalidField));
}

TEST_F(FeedTest, RemoteFeedReturnsTheSameEventsAsTheLocalOne) {
  Emit("r1");
  Emit("d1", Mode::kDrill);
  Emit("r2");
  RemoteFeed remote(
      [this](const common::v1::ReadEventsRequest& request) { return AnswerReadEvents(feed_, "test", request); });
  const auto there = remote.Read({"test", 1, 10, {Mode::kReal, Mode::kDrill}});
  const auto here = feed_.Read({"test", 1, 10, {Mode::kReal, Mode::kDrill}});
  ASSERT_OK(there);
  ASSERT_EQ(there->events.size(), 2u);
  EXPECT_EQ(there->head, here->head);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(SerializeEvent(there->events[i]), SerializeEvent(here->events[i]));
  }
}

TEST_F(FeedTest, BytesThatNoOwnerCouldHaveWrittenAreNoEvent) {
  Emit("r1");
  const FeedEvent event = feed_.Read({"test", 0, 1, {}})->events[0];
  EXPECT_OK(ParseEvent(SerializeEvent(event)));
  EXPECT_THAT(ParseEvent("\xff\xff garbage"), HasReason(Reason::kInvalidField));
  EXPECT_THAT(ParseEvent(""), HasReason(Reason::kInvalidField));
  common::v1::Event proto = ToProto(event);
  proto.set_feed_seq(0);
  EXPECT_THAT(FromProto(proto), HasReason(Reason::kInvalidField));
  proto = ToProto(event);
  proto.set_mode(common::v1::MODE_UNSPECIFIED);
  EXPECT_THAT(FromProto(proto), HasReason(Reason::kInvalidField));
  proto = ToProto(event);
  proto.set_id("not a uuid");
  EXPECT_THAT(FromProto(proto), HasReason(Reason::kInvalidField));
}

}  // namespace
}  // namespace muster::events
