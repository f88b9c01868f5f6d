#include "muster/events/janitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/event_fixtures.h"
#include "tests/support/memory_bus.h"
#include "tests/support/status_matchers.h"

namespace muster::events {
namespace {

class JanitorTest : public ::testing::Test {
 protected:
  JanitorTest() {
    clock_.Jump(std::chrono::hours(24 * 365));
    for (int i = 0; i < 5; ++i) {
      EXPECT_OK(bus_.Append(std::vector<NewEntry>{{stream_, "payload", "signature"}}));
    }
  }
  std::vector<std::string> Read(const std::string& group, int count) {
    std::vector<std::string> ids;
    for (const BusEntry& entry :
         *bus_.ReadGroup({group, "1"}, std::vector<ReadPosition>{{stream_, ">"}}, count, Duration::zero())) {
      ids.push_back(entry.id);
    }
    return ids;
  }

  const std::string stream_ = "muster:test:real";
  muster::testing::FakeClock clock_;
  SeededRandom random_{1};
  muster::testing::EventDatabase database_{clock_};
  muster::testing::MemoryBus bus_;
  Janitor janitor_{{"test", {"fast", "slow"}}, *database_, bus_, clock_, random_};
};

TEST_F(JanitorTest, KeepsWhatTheSlowestGroupHasNotHad) {
  ASSERT_OK(bus_.CreateGroup(stream_, "fast"));
  ASSERT_OK(bus_.CreateGroup(stream_, "slow"));
  ASSERT_OK(bus_.Ack(stream_, "fast", Read("fast", 5)));
  ASSERT_OK(bus_.Ack(stream_, "slow", Read("slow", 2)));
  janitor_.Step(clock_.Now());
  EXPECT_EQ(bus_.Length(stream_), 4u) << "the entry that the slow group had last, and what comes after it";
}

TEST_F(JanitorTest, KeepsWhatIsOwed) {
  ASSERT_OK(bus_.CreateGroup(stream_, "fast"));
  const auto ids = Read("fast", 5);
  ASSERT_OK(bus_.Ack(stream_, "fast", std::vector<std::string>{ids[0], ids[2], ids[3], ids[4]}));
  janitor_.Step(clock_.Now());
  EXPECT_EQ(bus_.Length(stream_), 4u);
}

TEST_F(JanitorTest, KeepsEverythingForAGroupThatHasReadNothing) {
  ASSERT_OK(bus_.CreateGroup(stream_, "slow"));
  janitor_.Step(clock_.Now());
  EXPECT_EQ(bus_.Length(stream_), 5u);
}

TEST_F(JanitorTest, DestroysUnknownGroupsAndSaysSo) {
  ASSERT_OK(bus_.CreateGroup(stream_, "stranger"));
  janitor_.Step(clock_.Now());
  EXPECT_FALSE(bus_.HasGroup(stream_, "stranger"));
  EXPECT_EQ(bus_.Length(stream_), 0u) << "nobody needs these";
  EXPECT_THAT(database_.Texts("SELECT action || ' ' || object_id FROM audit"),
              ::testing::ElementsAre("DestroyConsumerGroup muster:test:real/stranger"));
}

TEST_F(JanitorTest, DestroysGroupsThatWereSilentForADay) {
  ASSERT_OK(bus_.CreateGroup(stream_, "slow"));
  Read("slow", 1);
  bus_.SetGroupIdle(stream_, "slow", std::chrono::hours(23));
  janitor_.Step(clock_.Now());
  EXPECT_TRUE(bus_.HasGroup(stream_, "slow"));
  bus_.SetGroupIdle(stream_, "slow", std::chrono::hours(25));
  clock_.Advance(std::chrono::seconds(5));
  janitor_.Step(clock_.Now());
  EXPECT_FALSE(bus_.HasGroup(stream_, "slow"));
  EXPECT_EQ(janitor_.counters().destroyed_groups, 1);
}

TEST_F(JanitorTest, KeepsYoungEntriesForReadersWithoutAGroup) {
  clock_.Jump(FromMicros(1'000'000'000'000'000) - clock_.Now() + std::chrono::minutes(9));
  janitor_.Step(clock_.Now());
  EXPECT_EQ(bus_.Length(stream_), 5u);
  clock_.Advance(std::chrono::minutes(2));
  janitor_.Step(clock_.Now());
  EXPECT_EQ(bus_.Length(stream_), 0u);
}

TEST_F(JanitorTest, DoesNothingWhileTheBusIsAway) {
  bus_.SetDown(true);
  EXPECT_GT(janitor_.Step(clock_.Now()), Duration::zero());
  EXPECT_EQ(janitor_.counters().trims, 0);
}

}  // namespace
}  // namespace muster::events
