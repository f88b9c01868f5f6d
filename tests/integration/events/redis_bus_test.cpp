#include "muster/events/redis_bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/fake_clock.h"
#include "tests/support/redis_server.h"
#include "tests/support/status_matchers.h"

namespace muster::events {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RedisBusTest : public ::testing::Test {
 protected:
  absl::Status Add(const std::string& payload, const std::string& stream = "muster:test:real") {
    return bus_->Append(std::vector<NewEntry>{{stream, payload, "signature"}});
  }
  std::vector<std::string> Payloads(const absl::StatusOr<std::vector<BusEntry>>& entries) {
    std::vector<std::string> payloads;
    EXPECT_OK(entries);
    if (entries.ok()) {
      for (const BusEntry& entry : *entries) {
        payloads.push_back(entry.payload);
      }
    }
    return payloads;
  }
  absl::StatusOr<std::vector<BusEntry>> ReadGroup(const std::string& consumer, const std::string& from = ">") {
    return bus_->ReadGroup({"group", consumer}, std::vector<ReadPosition>{{stream_, from}}, 10, milliseconds(1));
  }
  Duration TimeOf(const std::function<void()>& work) {
    const Duration start = SystemClock().Steady();
    work();
    return SystemClock().Steady() - start;
  }

  const std::string stream_ = "muster:test:real";
  muster::testing::RedisServer redis_;
  std::unique_ptr<Bus> bus_ = redis_.NewBus();
};

TEST_F(RedisBusTest, ReadsWhatWasAppendedWithAllItsBytes) {
  const std::string bytes("\0\r\n$5\xff", 7);
  ASSERT_OK(bus_->Append(std::vector<NewEntry>{{stream_, bytes, "one"}, {"muster:test:drill", "drill", "two"}}));
  const auto entries =
      bus_->ReadAfter(std::vector<ReadPosition>{{stream_, "0-0"}, {"muster:test:drill", "0-0"}}, 10, Duration::zero());
  ASSERT_OK(entries);
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].stream, stream_);
  EXPECT_EQ((*entries)[0].payload, bytes);
  EXPECT_EQ((*entries)[0].signature, "one");
  EXPECT_EQ((*entries)[1].payload, "drill");
  EXPECT_EQ(*bus_->LastId(stream_), (*entries)[0].id);
  EXPECT_EQ(*bus_->LastId("muster:nothing"), "0-0");
}

TEST_F(RedisBusTest, NothingNewIsAnEmptyAnswer) {
  ASSERT_OK(bus_->CreateGroup(stream_, "group"));
  EXPECT_THAT(Payloads(ReadGroup("a")), IsEmpty());
  EXPECT_THAT(Payloads(bus_->ReadAfter(std::vector<ReadPosition>{{stream_, "0-0"}}, 10, Duration::zero())), IsEmpty());
}

TEST_F(RedisBusTest, GroupsOweWhatTheyHaveNotAcknowledged) {
  ASSERT_OK(bus_->CreateGroup(stream_, "group"));
  ASSERT_OK(bus_->CreateGroup(stream_, "group")) << "a group that is there already is fine";
  ASSERT_OK(Add("one"));
  ASSERT_OK(Add("two"));
  const auto read = ReadGroup("a");
  EXPECT_THAT(Payloads(read), ElementsAre("one", "two"));
  EXPECT_THAT(Payloads(ReadGroup("a")), IsEmpty());
  ASSERT_OK(bus_->Ack(stream_, "group", std::vector<std::string>{(*read)[0].id}));
  EXPECT_THAT(Payloads(ReadGroup("a", "0")), ElementsAre("two"));
  const auto groups = bus_->Groups(stream_);
  ASSERT_OK(groups);
  ASSERT_EQ(groups->size(), 1u);
  EXPECT_EQ((*groups)[0].name, "group");
  EXPECT_EQ((*groups)[0].last_delivered_id, (*read)[1].id);
  EXPECT_EQ((*groups)[0].oldest_pending_id, (*read)[1].id);
  EXPECT_TRUE((*groups)[0].has_consumers);
  EXPECT_LT((*groups)[0].idle, std::chrono::seconds(10));
  EXPECT_THAT(*bus_->Groups("muster:nothing"), IsEmpty());
}

TEST_F(RedisBusTest, TakesOverWhatOthersOweAndCountsWhatIsGone) {
  ASSERT_OK(bus_->CreateGroup(stream_, "group"));
  ASSERT_OK(Add("one"));
  ASSERT_OK(Add("two"));
  const auto read = ReadGroup("dead");
  redis_.Run({"XDEL", stream_, (*read)[0].id});
  const auto claimed = bus_->AutoClaim(stream_, {"group", "alive"}, Duration::zero(), "0-0", 10);
  ASSERT_OK(claimed);
  EXPECT_EQ(claimed->deleted, 1);
  EXPECT_EQ(claimed->next, "0-0");
  ASSERT_EQ(claimed->entries.size(), 1u);
  EXPECT_EQ(claimed->entries[0].payload, "two");
}

TEST_F(RedisBusTest, MarksOwedEntriesThatAreGone) {
  ASSERT_OK(bus_->CreateGroup(stream_, "group"));
  ASSERT_OK(Add("one"));
  const auto read = ReadGroup("a");
  redis_.Run({"XDEL", stream_, (*read)[0].id});
  const auto owed = ReadGroup("a", "0");
  ASSERT_OK(owed);
  ASSERT_EQ(owed->size(), 1u);
  EXPECT_TRUE((*owed)[0].gone);
}

TEST_F(RedisBusTest, EntriesOfStrangersAreReadAndEmpty) {
  redis_.Run({"XADD", stream_, "*", "foo", "bar"});
  const auto entries = bus_->ReadAfter(std::vector<ReadPosition>{{stream_, "0-0"}}, 10, Duration::zero());
  ASSERT_OK(entries);
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ((*entries)[0].payload, "");
  EXPECT_FALSE((*entries)[0].gone);
}

TEST_F(RedisBusTest, AMissingGroupIsToldApartFromSilence) {
  EXPECT_EQ(ReadGroup("a").status().code(), absl::StatusCode::kNotFound);
  ASSERT_OK(bus_->CreateGroup(stream_, "group"));
  ASSERT_OK(bus_->DestroyGroup(stream_, "group"));
  EXPECT_EQ(ReadGroup("a").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RedisBusTest, TrimsBeforeAnIdAndKeepsTheRest) {
  std::string last;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_OK(Add(std::to_string(i)));
  }
  const auto entries = bus_->ReadAfter(std::vector<ReadPosition>{{stream_, "0-0"}}, 2000, Duration::zero());
  ASSERT_OK(bus_->TrimBefore(stream_, (*entries)[900].id));
  const int length = std::stoi(redis_.Run({"XLEN", stream_}));
  EXPECT_GE(length, 100);
  EXPECT_LE(length, 200) << "whole blocks of a hundred entries are dropped";
}

TEST_F(RedisBusTest, SomethingElseUnderTheNameOfAStreamMakesRoom) {
  redis_.Run({"SET", stream_, "a string"});
  EXPECT_EQ(Add("one").code(), absl::StatusCode::kUnavailable);
  EXPECT_OK(Add("one"));
  redis_.Run({"SET", stream_, "a string"});
  EXPECT_EQ(bus_->CreateGroup(stream_, "group").code(), absl::StatusCode::kUnavailable);
  EXPECT_OK(bus_->CreateGroup(stream_, "group"));
  redis_.Run({"SET", stream_, "a string"});
  EXPECT_EQ(ReadGroup("a").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReadGroup("a").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RedisBusTest, EpochsAreGoneAfterAFlush) {
  EXPECT_EQ(*bus_->Epoch("test"), "");
  ASSERT_OK(bus_->SetEpoch("test", "first"));
  EXPECT_EQ(*bus_->Epoch("test"), "first");
  redis_.Run({"FLUSHALL"});
  EXPECT_EQ(*bus_->Epoch("test"), "");
}

TEST_F(RedisBusTest, SomethingElseUnderTheNameOfTheEpochIsALostEpoch) {
  ASSERT_OK(bus_->SetEpoch("test", "first"));
  redis_.Run({"DEL", "muster:test:epoch"});
  redis_.Run({"RPUSH", "muster:test:epoch", "a list"});
  ASSERT_OK(bus_->Epoch("test"));
  EXPECT_EQ(*bus_->Epoch("test"), "");
  ASSERT_OK(bus_->SetEpoch("test", "second"));
  EXPECT_EQ(*bus_->Epoch("test"), "second");
}

TEST_F(RedisBusTest, ConnectsAgainAfterARestart) {
  ASSERT_OK(Add("one"));
  redis_.Kill();
  EXPECT_EQ(bus_->Ping().code(), absl::StatusCode::kUnavailable);
  redis_.Start();
  EXPECT_OK(bus_->Ping());
  EXPECT_THAT(Payloads(bus_->ReadAfter(std::vector<ReadPosition>{{stream_, "0-0"}}, 10, Duration::zero())),
              ElementsAre("one"));
}

TEST_F(RedisBusTest, DoesNotWaitOnAServerThatHangs) {
  ASSERT_OK(bus_->Ping());
  redis_.Freeze();
  EXPECT_LT(TimeOf([&] { EXPECT_FALSE(bus_->Ping().ok()); }), milliseconds(1500));
  for (int i = 0; i < 4; ++i) {
    (void)bus_->Ping();
  }
  EXPECT_LT(TimeOf([&] { EXPECT_FALSE(bus_->Ping().ok()); }), milliseconds(100)) << "the breaker is open";
  redis_.Thaw();
}

TEST_F(RedisBusTest, ANewEntryEndsTheWait) {
  ASSERT_OK(bus_->CreateGroup(stream_, "group"));
  const auto writer = redis_.NewBus();
  ASSERT_OK(writer->Append(std::vector<NewEntry>{{stream_, "one", "s"}}));
  const Duration waited = TimeOf([&] {
    EXPECT_THAT(Payloads(bus_->ReadGroup({"group", "a"}, std::vector<ReadPosition>{{stream_, ">"}}, 10,
                                         std::chrono::seconds(5))),
                ElementsAre("one"));
  });
  EXPECT_LT(waited, std::chrono::seconds(1));
}

TEST_F(RedisBusTest, AnEmptyWaitLastsAsLongAsAskedAlsoBeyondTheCommandTimeout) {
  ASSERT_OK(bus_->CreateGroup(stream_, "group"));
  const Duration waited = TimeOf([&] {
    EXPECT_THAT(
        Payloads(bus_->ReadGroup({"group", "a"}, std::vector<ReadPosition>{{stream_, ">"}}, 10, milliseconds(1200))),
        IsEmpty());
  });
  EXPECT_GE(waited, milliseconds(1100));
}

TEST_F(RedisBusTest, ServerThatRefusesWritesIsUnavailable) {
  redis_.Run({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_EQ(Add("one").code(), absl::StatusCode::kUnavailable);
  redis_.Run({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_OK(Add("one"));
}

TEST_F(RedisBusTest, AServerThatRefusesIsTriedEveryTwoSecondsOnly) {
  muster::testing::FakeClock clock;
  RedisOptions options = redis_.options();
  options.clock = &clock;
  bus_ = MakeRedisBus(options);
  redis_.Run({"CONFIG", "SET", "maxmemory", "1"});
  const auto add_many = [&](int times) {
    for (int i = 0; i < times; ++i) {
      EXPECT_EQ(bus_->Append(std::vector<NewEntry>{{stream_, "one", "s"}, {stream_, "two", "s"}}).code(),
                absl::StatusCode::kUnavailable);
    }
  };
  add_many(20);
  EXPECT_THAT(redis_.Run({"INFO", "commandstats"}), HasSubstr("cmdstat_xadd:calls=0,usec=0,usec_per_call=0.00,"
                                                              "rejected_calls=6"))
      << "three batches of two, then no more";
  clock.Advance(std::chrono::seconds(2));
  add_many(20);
  EXPECT_THAT(redis_.Run({"INFO", "commandstats"}), HasSubstr("rejected_calls=8")) << "one batch is the try";
  redis_.Run({"CONFIG", "SET", "maxmemory", "0"});
  clock.Advance(std::chrono::seconds(2));
  ASSERT_OK(Add("one"));
  ASSERT_OK(Add("two"));
  EXPECT_THAT(Payloads(bus_->ReadAfter(std::vector<ReadPosition>{{stream_, "0-0"}}, 10, Duration::zero())),
              ElementsAre("one", "two"))
      << "every answer belongs to its command";
}

TEST_F(RedisBusTest, AServerThatIsBackIsUsedFromItsFirstAnswerWhateverItSays) {
  ASSERT_OK(bus_->CreateGroup(stream_, "group"));
  muster::testing::FakeClock clock;
  RedisOptions options = redis_.options();
  options.clock = &clock;
  bus_ = MakeRedisBus(options);
  redis_.Run({"SAVE"});
  redis_.Kill();
  for (int i = 0; i < 6; ++i) {
    EXPECT_FALSE(bus_->Ping().ok());
  }
  redis_.Start();
  clock.Advance(std::chrono::seconds(2));
  ASSERT_OK(bus_->CreateGroup(stream_, "group")) << "the first answer is that the group exists";
  EXPECT_OK(bus_->Ping());
}

TEST_F(RedisBusTest, LogsInAsAnAclUser) {
  redis_.Run({"ACL", "SETUSER", "muster", "on", ">secret", "~muster:*", "+@all", "-flushall", "-config", "-keys"});
  RedisOptions options = redis_.options();
  options.user = "muster";
  options.password = "secret";
  const auto bus = MakeRedisBus(options);
  EXPECT_OK(bus->Append(std::vector<NewEntry>{{stream_, "one", "s"}}));
  options.password = "wrong";
  EXPECT_EQ(MakeRedisBus(options)->Ping().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace muster::events
