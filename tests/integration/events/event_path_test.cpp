#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "muster/events/consumer.h"
#include "muster/events/convert.h"
#include "muster/events/driver.h"
#include "muster/events/janitor.h"
#include "muster/events/relay.h"
#include "tests/support/event_fixtures.h"
#include "tests/support/redis_server.h"
#include "tests/support/status_matchers.h"

namespace muster::events {
namespace {

using muster::testing::MakeEvent;
using std::chrono::milliseconds;

/// An owner, its relay and its janitor; a durable consumer and one in memory; each with its thread and its connection,
/// as in production.
class EventPathTest : public ::testing::Test {
 protected:
  EventPathTest() {
    owner_->OnCommit([this] { relay_driver_.Wake(); });
    consumer_driver_ =
        std::make_unique<StepDriver>("consumer", clock_, [this](Time now) { return consumer_->Step(now); });
    memory_driver_ = std::make_unique<StepDriver>("memory", clock_, [this](Time now) { return memory_->Step(now); });
  }
  ~EventPathTest() override {
    consumer_driver_->Stop();
    memory_driver_->Stop();
    relay_driver_.Stop();
  }

  static ConsumerOptions Named(const std::string& name) {
    ConsumerOptions options;
    options.name = name;
    options.owners = {"test"};
    return options;
  }
  void Emit(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_OK(owner_.Write({OutboxWrite(MakeEvent(std::to_string(emitted_++), clock_.Now(), SystemRandom()))}));
    }
  }
  /// Waits until everything has arrived everywhere; false after `limit`.
  bool Arrives(Duration limit = std::chrono::seconds(10)) {
    const Duration end = clock_.Steady() + limit;
    while (consumer_->Position("test", Mode::kReal) < emitted_ || memory_->Position("test", Mode::kReal) < emitted_) {
      if (clock_.Steady() > end) {
        return false;
      }
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }
  /// Everything was applied once and in order, by both.
  void ExpectAllOnceInOrder() {
    std::vector<std::string> expected;
    for (int i = 0; i < emitted_; ++i) {
      expected.push_back(std::to_string(i));
    }
    memory_driver_->Stop();
    EXPECT_EQ(here_.Texts("SELECT data FROM applied ORDER BY n"), expected);
    EXPECT_EQ(handler_in_memory_.applied, expected);
  }

  const Clock& clock_ = SystemClock();
  muster::testing::RedisServer redis_;
  muster::testing::EventDatabase owner_{clock_};
  muster::testing::EventDatabase here_{clock_};
  EventSigner signer_{"key"};
  FeedReader feed_{"test", *owner_};
  std::unique_ptr<Bus> relay_bus_ = redis_.NewBus();
  std::unique_ptr<Bus> consumer_bus_ = redis_.NewBus();
  std::unique_ptr<Bus> memory_bus_ = redis_.NewBus();
  std::unique_ptr<Bus> janitor_bus_ = redis_.NewBus();
  Relay relay_{{"test"}, *owner_, *relay_bus_, signer_, clock_, SystemRandom()};
  Janitor janitor_{{"test", {"reader"}}, *owner_, *janitor_bus_, clock_, SystemRandom()};
  muster::testing::ApplyingHandler handler_;
  muster::testing::RememberingHandler handler_in_memory_;
  std::unique_ptr<Consumer> consumer_ =
      Consumer::Durable(Named("reader"), *here_, handler_, *consumer_bus_, feed_, signer_, clock_, SystemRandom());
  std::unique_ptr<Consumer> memory_ =
      Consumer::InMemory(Named("memory"), handler_in_memory_, *memory_bus_, feed_, signer_, clock_);
  int emitted_ = 0;
  StepDriver relay_driver_{"relay", clock_, [this](Time now) { return relay_.Step(now); }};
  std::unique_ptr<StepDriver> consumer_driver_;
  std::unique_ptr<StepDriver> memory_driver_;
};

TEST_F(EventPathTest, CarriesEventsToEveryReader) {
  Emit(500);
  ASSERT_TRUE(Arrives());
  ExpectAllOnceInOrder();
  EXPECT_GT(relay_.counters().published, 0);
}

TEST_F(EventPathTest, SurvivesFlushall) {
  for (int round = 0; round < 5; ++round) {
    Emit(50);
    redis_.Run({"FLUSHALL"});
    Emit(50);
  }
  ASSERT_TRUE(Arrives());
  ExpectAllOnceInOrder();
  // The bus is used again afterwards: the relay has put a new marker there.
  const Duration end = clock_.Steady() + std::chrono::seconds(5);
  while (redis_.Run({"GET", "muster:test:epoch"}) == "(nil)" && clock_.Steady() < end) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_NE(redis_.Run({"GET", "muster:test:epoch"}), "(nil)");
  EXPECT_GE(relay_.counters().bus_resets, 1);
}

TEST_F(EventPathTest, SurvivesKillAndRestartOfRedis) {
  for (int round = 0; round < 5; ++round) {
    Emit(50);
    redis_.Kill();
    Emit(50);
    redis_.Start();
  }
  ASSERT_TRUE(Arrives());
  ExpectAllOnceInOrder();
}

TEST_F(EventPathTest, DeliversWithinTwoSecondsWhileRedisIsDown) {
  Emit(10);
  ASSERT_TRUE(Arrives());
  redis_.Kill();
  for (int round = 0; round < 3; ++round) {
    Emit(10);
    ASSERT_TRUE(Arrives(std::chrono::seconds(2)));
  }
  redis_.Start();
  Emit(10);
  ASSERT_TRUE(Arrives());
  ExpectAllOnceInOrder();
}

TEST_F(EventPathTest, SurvivesAServerThatHangs) {
  Emit(10);
  ASSERT_TRUE(Arrives());
  redis_.Freeze();
  Emit(10);
  EXPECT_TRUE(Arrives(std::chrono::seconds(5)));
  redis_.Thaw();
  Emit(10);
  ASSERT_TRUE(Arrives());
  ExpectAllOnceInOrder();
}

TEST_F(EventPathTest, SurvivesLostGroupsTrimsAndDeletedStreams) {
  for (int round = 0; round < 5; ++round) {
    Emit(30);
    redis_.Run({"XGROUP", "DESTROY", "muster:test:real", "reader"});
    Emit(30);
    redis_.Run({"XTRIM", "muster:test:real", "MAXLEN", "0"});
    Emit(30);
    redis_.Run({"DEL", "muster:test:real"});
    Emit(30);
    redis_.Run({"SET", "muster:test:real", "not a stream"});
  }
  ASSERT_TRUE(Arrives());
  ExpectAllOnceInOrder();
}

TEST_F(EventPathTest, BelievesNobodyElse) {
  Emit(20);
  ASSERT_TRUE(Arrives());
  FeedEvent forged = feed_.Read({"test", 19, 1, {}})->events[0];
  forged.feed_seq = 21;
  forged.previous_feed_seq = 20;
  forged.data = "forged";
  const std::string payload = SerializeEvent(forged);
  redis_.Run({"XADD", "muster:test:real", "*", "e", payload, "s", EventSigner("wrong key").Sign(payload)});
  redis_.Run({"XADD", "muster:test:real", "*", "foo", "bar"});
  redis_.Run({"XADD", "muster:test:real", "*", "e", std::string(5 << 20, 'x'), "s", "x"});
  redis_.Run({"XADD", "muster:test:drill", "*", "e", payload, "s", signer_.Sign(payload)});
  Emit(20);
  ASSERT_TRUE(Arrives());
  ExpectAllOnceInOrder();
  EXPECT_EQ(consumer_->counters().garbage, 4);
}

TEST_F(EventPathTest, RepeatsAndOldEventsChangeNothing) {
  Emit(50);
  ASSERT_TRUE(Arrives());
  const auto bus = redis_.NewBus();
  const auto entries = bus->ReadAfter(std::vector<ReadPosition>{{"muster:test:real", "0-0"}}, 1000, Duration::zero());
  ASSERT_OK(entries);
  std::vector<NewEntry> again;
  for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
    again.push_back({entry->stream, entry->payload, entry->signature});
  }
  ASSERT_OK(bus->Append(again));
  Emit(50);
  ASSERT_TRUE(Arrives());
  ExpectAllOnceInOrder();
}

TEST_F(EventPathTest, JanitorTrimsBehindTheSlowestReader) {
  Emit(1000);
  ASSERT_TRUE(Arrives());
  // A group that lags keeps everything; without it nothing old is kept.
  redis_.Run({"XGROUP", "CREATE", "muster:test:real", "stranger", "0"});
  const Time later = clock_.Now() + std::chrono::hours(1);
  const auto length = [this] { return std::stoi(redis_.Run({"XLEN", "muster:test:real"})); };
  Janitor patient({"test", {"reader", "stranger"}}, *owner_, *janitor_bus_, clock_, SystemRandom());
  patient.Step(later);
  EXPECT_EQ(length(), 1000);
  janitor_.Step(later);
  EXPECT_LE(length(), 200);
  EXPECT_EQ(owner_.Number("SELECT count(*) FROM audit WHERE action = 'DestroyConsumerGroup'"), 1);
  Emit(10);
  ASSERT_TRUE(Arrives());
  ExpectAllOnceInOrder();
}

/// Runs the worker, killed at `failpoint` if one is given; answers how it ended.
int RunWorker(const std::filesystem::path& folder, const std::string& socket, int count, const std::string& failpoint) {
  const pid_t child = fork();
  if (child == 0) {
    if (!failpoint.empty()) {
      setenv("MUSTER_FAILPOINT", failpoint.c_str(), 1);
    }
    const std::string count_text = std::to_string(count);
    execl(EVENT_WORKER, "event_worker", folder.c_str(), socket.c_str(), count_text.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

class CrashTest : public ::testing::TestWithParam<std::string> {};

TEST_P(CrashTest, LosesNothingAndAppliesNothingTwice) {
  muster::testing::RedisServer redis;
  muster::testing::TempDir folder;
  constexpr int kCount = 120;
  int kills = 0;
  for (const int pass : {1, 3, 10, 25}) {
    const int status = RunWorker(folder.path(), redis.socket(), kCount, GetParam() + ":" + std::to_string(pass));
    kills += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 1 : 0;
  }
  EXPECT_GE(kills, 1) << "the point was never passed";
  ASSERT_EQ(RunWorker(folder.path(), redis.socket(), kCount, ""), 0);
  muster::testing::EventDatabase here(SystemClock(), folder.path() / "here.db");
  std::vector<std::string> expected;
  for (int i = 0; i < kCount; ++i) {
    expected.push_back(std::to_string(i));
  }
  EXPECT_EQ(here.Texts("SELECT data FROM applied ORDER BY n"), expected);
}

INSTANTIATE_TEST_SUITE_P(KillPoints, CrashTest,
                         ::testing::Values("K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K13"),
                         [](const auto& point) { return point.param; });

}  // namespace
}  // namespace muster::events
