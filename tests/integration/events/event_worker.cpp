// Writes events into one database and applies them to another, over a real Redis: the program that the crash test
// kills at the points named by MUSTER_FAILPOINT.
//
// event_worker FOLDER SOCKET COUNT: goes on until COUNT events have been applied.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "muster/events/consumer.h"
#include "muster/events/driver.h"
#include "muster/events/redis_bus.h"
#include "muster/events/relay.h"
#include "tests/support/event_fixtures.h"

namespace muster::events {
namespace {

int Work(const std::filesystem::path& folder, const std::string& socket, int64_t count) {
  const Clock& clock = SystemClock();
  muster::testing::EventDatabase owner(clock, folder / "owner.db");
  muster::testing::EventDatabase here(clock, folder / "here.db");
  const EventSigner signer("key");
  RedisOptions redis;
  redis.unix_socket = socket;
  const auto relay_bus = MakeRedisBus(redis);
  const auto consumer_bus = MakeRedisBus(redis);
  FeedReader feed("test", *owner);
  muster::testing::ApplyingHandler handler;
  Relay relay({"test"}, *owner, *relay_bus, signer, clock, SystemRandom());
  ConsumerOptions options;
  options.name = "reader";
  options.owners = {"test"};
  const auto consumer = Consumer::Durable(options, *here, handler, *consumer_bus, feed, signer, clock, SystemRandom());
  StepDriver relay_driver("relay", clock, [&](Time now) { return relay.Step(now); });
  owner->OnCommit([&] { relay_driver.Wake(); });
  StepDriver consumer_driver("consumer", clock, [&](Time now) { return consumer->Step(now); });
  for (int64_t next = owner.Number("SELECT count(*) FROM outbox"); next < count; ++next) {
    if (!owner.Write({OutboxWrite(muster::testing::MakeEvent(std::to_string(next), clock.Now(), SystemRandom()))})
             .ok()) {
      return 1;
    }
  }
  while (here.Number("SELECT count(*) FROM applied") < count) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  consumer_driver.Stop();
  relay_driver.Stop();
  return 0;
}

}  // namespace
}  // namespace muster::events

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: event_worker FOLDER SOCKET COUNT\n");
    return 64;
  }
  return muster::events::Work(argv[1], argv[2], std::atoll(argv[3]));
}
