// P8, for an owner on SQLite and for one on PostgreSQL: from a commit to a consumer, against a bare XADD to XREADGROUP
// with the same bytes at the same pace; and how fast an outbox drains, against pipelined XADD of the same entries. One
// redis-server, one run, rounds that take turns.

#include <hiredis/hiredis.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "muster/events/consumer.h"
#include "muster/events/convert.h"
#include "muster/events/driver.h"
#include "muster/events/relay.h"
#include "tests/bench/bench_store.h"
#include "tests/bench/report.h"
#include "tests/support/event_fixtures.h"
#include "tests/support/redis_server.h"

namespace muster::bench {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr int kRounds = 5;
constexpr int kEventsARound = 800;
constexpr auto kPace = 4ms;
constexpr int kDrained = 50'000;
constexpr int kWritesACommand = 100;
constexpr size_t kDepth = 256;
constexpr size_t kPayload = 300;

double MicrosSince(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
}

/// When each event was committed, and how long after that it was seen; by its number.
class Sightings {
 public:
  void Committed(int number) {
    const std::lock_guard lock(mutex_);
    committed_[number] = SteadyClock::now();
  }
  void Seen(int number) {
    const auto now = SteadyClock::now();
    const std::lock_guard lock(mutex_);
    seen_[number] = now;
    changed_.notify_all();
  }
  void AwaitSeen(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return seen_.size() >= count; });
  }
  std::vector<double> Micros() const {
    const std::lock_guard lock(mutex_);
    std::vector<double> micros;
    for (const auto& [number, when] : seen_) {
      const double taken = std::chrono::duration<double, std::micro>(when - committed_.at(number)).count();
      micros.push_back(std::max(taken, 0.0));  // the bus may be faster than the acknowledgement
    }
    return micros;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<int, SteadyClock::time_point> committed_;
  std::map<int, SteadyClock::time_point> seen_;
};

std::string PayloadOf(int number) {
  std::string payload = std::to_string(number) + " ";
  payload.resize(kPayload, 'x');
  return payload;
}

class SeeingHandler final : public events::MemoryHandler {
 public:
  explicit SeeingHandler(Sightings& sightings) : sightings_(sightings) {}
  absl::Status Apply(const events::FeedEvent& event) override {
    sightings_.Seen(std::atoi(event.data.c_str()));
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> Resync(const std::string&) override { return 0; }

 private:
  Sightings& sightings_;
};

/// Does `send(number)` for each event of a round at an even pace.
template <class Send>
void AtPace(int first, const Send& send) {
  auto next = SteadyClock::now();
  for (int i = 0; i < kEventsARound; ++i) {
    next += kPace;
    std::this_thread::sleep_until(next);
    send(first + i);
  }
}

/// An owner, its relay and a consumer, each with its thread and connection, as in production.
class Product {
 public:
  Product(const testing::RedisServer& redis, BenchStore& store)
      : owner_(store.Open(EventMigrations())),
        relay_bus_(redis.NewBus()),
        consumer_bus_(redis.NewBus()),
        relay_({"test"}, *owner_, *relay_bus_, signer_, clock_, SystemRandom()),
        consumer_(events::Consumer::InMemory(Options(), handler_, *consumer_bus_, feed_, signer_, clock_)) {
    owner_->OnCommit([this] {
      if (auto* driver = relay_driver_.load()) {
        driver->Wake();
      }
    });
    driver_ = std::make_unique<events::StepDriver>("relay", clock_, [this](Time now) { return relay_.Step(now); });
    relay_driver_.store(driver_.get());
    consumer_driver_ =
        std::make_unique<events::StepDriver>("consumer", clock_, [this](Time now) { return consumer_->Step(now); });
  }
  ~Product() {
    consumer_driver_->Stop();
    relay_driver_.store(nullptr);
    driver_->Stop();
  }
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  void Round(int first) {
    AtPace(first, [this](int number) {
      owner_->Submit(Change({OutboxWrite(testing::MakeEvent(PayloadOf(number), clock_.Now(), SystemRandom()))}),
                     [this, number](const auto& reply) {
                       if (!reply.ok()) {
                         std::exit(2);
                       }
                       sightings_.Committed(number);
                     });
    });
    sightings_.AwaitSeen(static_cast<size_t>(first + kEventsARound));
  }
  std::vector<double> Micros() const { return sightings_.Micros(); }

  static std::unique_ptr<storage::Command> Change(std::vector<storage::Write> writes) {
    return storage::MakeCommand(nullptr, [writes = std::move(writes)](Time, storage::Changes& changes) {
      changes.writes = writes;
      return absl::OkStatus();
    });
  }

 private:
  static events::ConsumerOptions Options() {
    events::ConsumerOptions options;
    options.name = "bench";
    options.owners = {"test"};
    options.modes = {Mode::kReal};
    return options;
  }

  const Clock& clock_ = SystemClock();
  Sightings sightings_;
  const std::unique_ptr<storage::Database> owner_;
  events::EventSigner signer_{"key"};
  events::FeedReader feed_{"test", *owner_};
  SeeingHandler handler_{sightings_};
  std::unique_ptr<events::Bus> relay_bus_;
  std::unique_ptr<events::Bus> consumer_bus_;
  events::Relay relay_;
  std::unique_ptr<events::Consumer> consumer_;
  std::unique_ptr<events::StepDriver> driver_;
  std::atomic<events::StepDriver*> relay_driver_ = nullptr;
  std::unique_ptr<events::StepDriver> consumer_driver_;
};

struct Freed {
  void operator()(redisContext* context) const { redisFree(context); }
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Connection = std::unique_ptr<redisContext, Freed>;
using Reply = std::unique_ptr<redisReply, Freed>;

Connection Connect(const testing::RedisServer& redis) {
  Connection connection(redisConnectUnix(redis.socket().c_str()));
  if (connection == nullptr || connection->err != 0) {
    std::exit(2);
  }
  return connection;
}

/// XADD on one connection, XREADGROUP and XACK on another.
class Bare {
 public:
  explicit Bare(const testing::RedisServer& redis) : writer_(Connect(redis)), reader_(Connect(redis)) {
    Reply(static_cast<redisReply*>(redisCommand(writer_.get(), "XGROUP CREATE bare group 0 MKSTREAM")));
    thread_ = std::thread([this] { Read(); });
  }
  ~Bare() {
    stopping_.store(true);
    thread_.join();
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  void Round(int first) {
    AtPace(first, [this](int number) {
      const std::string payload = PayloadOf(number);
      sightings_.Committed(number);
      const Reply reply(
          static_cast<redisReply*>(redisCommand(writer_.get(), "XADD bare * e %b", payload.data(), payload.size())));
    });
    sightings_.AwaitSeen(static_cast<size_t>(first + kEventsARound));
  }
  std::vector<double> Micros() const { return sightings_.Micros(); }

 private:
  void Read() {
    while (!stopping_.load()) {
      const Reply reply(static_cast<redisReply*>(
          redisCommand(reader_.get(), "XREADGROUP GROUP group one COUNT 128 BLOCK 100 STREAMS bare >")));
      if (reply == nullptr || reply->type != REDIS_REPLY_ARRAY) {
        continue;
      }
      const redisReply* entries = reply->element[0]->element[1];
      for (size_t i = 0; i < entries->elements; ++i) {
        sightings_.Seen(std::atoi(entries->element[i]->element[1]->element[1]->str));
        const Reply done(static_cast<redisReply*>(
            redisCommand(reader_.get(), "XACK bare group %s", entries->element[i]->element[0]->str)));
      }
    }
  }

  Sightings sightings_;
  Connection writer_;
  Connection reader_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

void MeasureLatency(const testing::RedisServer& redis, BenchStore& store) {
  Product product(redis, store);
  Bare bare(redis);
  for (int round = 0; round < kRounds; ++round) {
    product.Round(round * kEventsARound);
    bare.Round(round * kEventsARound);
  }
  const std::vector<double> ours = product.Micros();
  const std::vector<double> theirs = bare.Micros();
  std::fprintf(stderr, "for information: p50 %.0f us, bare %.0f us\n", Quantile(ours, 0.5), Quantile(theirs, 0.5));
  Report("P8 commit to consumer, " + store.kind() + ", p99", Quantile(ours, 0.99), Quantile(theirs, 0.99), "us",
         Wanted::kAtMost, 2);
}

/// An outbox full of events that no relay has seen.
void Fill(storage::Database& database) {
  for (int i = 0; i < kDrained; i += kWritesACommand) {
    std::vector<storage::Write> writes;
    for (int j = 0; j < kWritesACommand; ++j) {
      writes.push_back(OutboxWrite(testing::MakeEvent(PayloadOf(i + j), SystemClock().Now(), SystemRandom())));
    }
    if (!database.Run(Product::Change(std::move(writes))).ok()) {
      std::exit(2);
    }
  }
}

double DrainRate(const testing::RedisServer& redis, storage::Database& database, const std::string& owner) {
  const events::EventSigner signer("key");
  const auto bus = redis.NewBus();
  events::Relay relay({owner}, database, *bus, signer, SystemClock(), SystemRandom());
  const auto start = SteadyClock::now();
  while (relay.counters().published < kDrained) {
    relay.Step(SystemClock().Now());
  }
  return kDrained / MicrosSince(start) * 1e6;
}

/// The entries as the relay makes them.
std::vector<std::pair<std::string, std::string>> EntriesOf(storage::Database& database) {
  const events::EventSigner signer("key");
  events::FeedReader feed("bare", database);
  std::vector<std::pair<std::string, std::string>> entries;
  for (int64_t after = 0; entries.size() < kDrained;) {
    const events::FeedPage page = feed.Read({"bare", after, 500, {Mode::kReal}}).value();
    for (const events::FeedEvent& event : page.events) {
      std::string payload = events::SerializeEvent(event);
      std::string signature = signer.Sign(payload);
      entries.emplace_back(std::move(payload), std::move(signature));
      after = event.feed_seq;
    }
  }
  return entries;
}

double PipelinedRate(const testing::RedisServer& redis, const std::vector<std::pair<std::string, std::string>>& entries,
                     const std::string& name) {
  const Connection connection = Connect(redis);
  const std::string stream = "drained" + name;
  const auto start = SteadyClock::now();
  for (size_t i = 0; i < entries.size(); i += kDepth) {
    const size_t end = std::min(i + kDepth, entries.size());
    for (size_t j = i; j < end; ++j) {
      redisAppendCommand(connection.get(), "XADD %s * e %b s %b", stream.c_str(), entries[j].first.data(),
                         entries[j].first.size(), entries[j].second.data(), entries[j].second.size());
    }
    for (size_t j = i; j < end; ++j) {
      void* reply = nullptr;
      if (redisGetReply(connection.get(), &reply) != REDIS_OK) {
        std::exit(2);
      }
      Reply(static_cast<redisReply*>(reply));
    }
  }
  return static_cast<double>(entries.size()) / MicrosSince(start) * 1e6;
}

/// The best of some rounds that take turns: what disturbs one round does not count.
void MeasureDrain(const testing::RedisServer& redis, BenchStore& store) {
  double ours = 0;
  double theirs = 0;
  store.Open(EventMigrations()).reset();
  for (int round = 0; round < 3; ++round) {
    const auto copy = store.Copy();
    const auto database = copy->Open(EventMigrations());
    Fill(*database);
    const std::string name = store.kind() + std::to_string(round);
    theirs = std::max(theirs, PipelinedRate(redis, EntriesOf(*database), name));
    ours = std::max(ours, DrainRate(redis, *database, name));
  }
  Report("P8 outbox drained, " + store.kind(), ours, theirs, "1/s", Wanted::kAtLeast, 0.8);
}

}  // namespace
}  // namespace muster::bench

int main() {
  for (const auto& store : muster::bench::NewStores()) {
    const muster::testing::RedisServer redis;
    muster::bench::MeasureDrain(redis, *store);
    muster::bench::MeasureLatency(redis, *store);
  }
  return 0;
}
