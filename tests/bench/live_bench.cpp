// P10, the live feed: when the last of 10,000 receivers has an event, against a bare Beast broadcast of the same bytes
// on as many threads; and what a tenth more receivers that never read cost the others. The median of many events, each
// sent when the one before has arrived everywhere, in rounds that take turns; the receivers are one process that counts
// frames. Both are measured from the hub on: no store is on that way, so there is one figure for all. What comes before
// it (commit, relay, Redis, consumer) is in the figures from the commit to the last receiver, one for each store.
// Prints one JSON object a line.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/events/consumer.h"
#include "muster/events/driver.h"
#include "muster/events/outbox.h"
#include "muster/events/relay.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/pipeline.h"
#include "services/gateway/gateway.h"
#include "tests/bench/bench_store.h"
#include "tests/bench/live_broadcast.h"
#include "tests/bench/live_receivers.h"
#include "tests/bench/report.h"
#include "tests/support/redis_server.h"

namespace muster::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;

constexpr int kReceivers = 10'000;
constexpr int kWarmUp = 5;  ///< events of a round that do not count
constexpr int kEvents = 25;
constexpr int kRounds = 3;
constexpr int kThreads = 2;
// Two such events are more than the buffers of a client that does not read.
constexpr int kFilling = 2;
constexpr size_t kFillingBytes = 60'000;

/// `title_bytes`: more than an event has in practice, to fill buffers.
events::FeedEvent NewEvent(int64_t feed_seq, size_t title_bytes = 0) {
  dispatch::v1::OfferEvent payload;
  dispatch::v1::Offer& offer = *payload.mutable_offer();
  offer.set_id("0190a0a0-0000-7000-8000-000000000001");
  offer.set_version(1);
  offer.set_incident_id("0190a0a0-0000-7000-8000-000000000002");
  offer.set_incident_title("老城区内涝" + std::string(title_bytes, 'x'));
  offer.set_line_id("0190a0a0-0000-7000-8000-000000000003");
  offer.set_team_id("0190a0a0-0000-7000-8000-000000000004");
  offer.set_organization_id("0190a0a0-0000-7000-8000-000000000005");
  offer.set_capability("water_rescue");
  offer.set_count_asked(10);
  events::FeedEvent event;
  event.id = EventId(NewUuid(SystemClock().Now(), SystemRandom()));
  event.type = "muster.dispatch.v1.OfferInvited";
  event.subject = offer.id();
  event.time = SystemClock().Now();
  event.data_type = dispatch::v1::OfferEvent::descriptor()->full_name();
  event.data = payload.SerializeAsString();
  event.district_path = "3205/320583";
  event.organization_ids = {OrganizationId(offer.organization_id())};
  event.version = 1;
  event.owner = "dispatch";
  event.feed_seq = feed_seq;
  event.previous_feed_seq = feed_seq - 1;
  return event;
}

class NoFeed final : public events::FeedSource {
 public:
  absl::StatusOr<events::FeedPage> Read(const events::FeedQuery&) override { return events::FeedPage(); }
};

/// A gateway that takes every caller for an operator of the city.
class LiveGateway {
 public:
  LiveGateway() {
    gateway::GatewayOptions options;
    options.http.listen = "127.0.0.1:0";
    options.http.threads = kThreads;
    options.http.max_connections = options.http.max_connections_per_address = 2 * kReceivers;
    gateway::GatewayHooks hooks;
    hooks.authenticate = [](const std::string&) -> absl::StatusOr<gateway::LiveIdentity> {
      Principal principal;
      principal.account_id = AccountId("bench");
      principal.roles = {Role::kCityOperator};
      principal.district_path = "3205";
      return gateway::LiveIdentity{principal, SystemClock().Now() + std::chrono::hours(1)};
    };
    gateway_ = *gateway::Gateway::Start(options, directory_, *identity_, feed_, std::move(hooks), SystemClock());
  }
  ~LiveGateway() { gateway_->Stop(std::chrono::seconds(10)); }
  LiveGateway(const LiveGateway&) = delete;
  LiveGateway& operator=(const LiveGateway&) = delete;

  Receivers::Crowd CrowdOf(int readers, int stuck) const {
    return {gateway_->port(), "Authorization: Bearer bench\r\n", 1, readers, stuck};
  }
  gateway::LiveHub& hub() { return gateway_->live(); }

 private:
  NoFeed feed_;
  rpc::MethodTable table_;
  rpc::CallPipeline pipeline_{table_, {}, {}, SystemClock()};
  const std::unique_ptr<rpc::Peer> identity_ = rpc::MakeLocalPeer(pipeline_);
  gateway::ServiceDirectory directory_;
  std::unique_ptr<gateway::Gateway> gateway_;
};

/// Milliseconds from each event to its last receiver. `send` answers from when on time counts.
std::vector<double> MeasureRound(Receivers& receivers, const Receivers::Crowd& crowd,
                                 const std::function<SteadyTime()>& send) {
  receivers.Connect(crowd);
  std::vector<double> millis;
  for (int i = 0; i < kWarmUp + kEvents; ++i) {
    const SteadyTime start = send();
    const double taken = std::chrono::duration<double, std::milli>(receivers.AwaitEvent() - start).count();
    if (i >= kWarmUp) {
      millis.push_back(taken);
    }
  }
  receivers.Disconnect();
  return millis;
}

void Append(std::vector<double>& all, const std::vector<double>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

std::vector<double> BareRound(Receivers& receivers, int count) {
  BareBroadcast bare(kThreads);
  const auto frame = gateway::EncodeLiveEvent(NewEvent(1))->frame;
  return MeasureRound(receivers, {.port = bare.port(), .headers = {}, .readers = count}, [&] {
    const SteadyTime start = SteadyClock::now();
    bare.Send(frame);
    return start;
  });
}

/// `fill`: the first events are large.
std::vector<double> HubRound(Receivers& receivers, int readers, int stuck, size_t fill) {
  LiveGateway live;
  int64_t feed_seq = 0;
  return MeasureRound(receivers, live.CrowdOf(readers, stuck), [&] {
    ++feed_seq;
    const events::FeedEvent event = NewEvent(feed_seq, feed_seq <= kFilling ? fill : 0);
    const SteadyTime start = SteadyClock::now();
    (void)live.hub().Apply(event);
    return start;
  });
}

/// From the acknowledged commit on: an owner, its relay and the gateway's consumer, each with its thread and
/// connection, as in production.
std::vector<double> CommitRound(Receivers& receivers, BenchStore& store, int count) {
  LiveGateway live;
  const testing::RedisServer redis;
  const events::EventSigner signer("key");
  const auto owner = store.Open(EventMigrations());
  events::FeedReader feed("dispatch", *owner);
  const auto relay_bus = redis.NewBus();
  const auto consumer_bus = redis.NewBus();
  events::Relay relay({"dispatch"}, *owner, *relay_bus, signer, SystemClock(), SystemRandom());
  events::ConsumerOptions options;
  options.name = "gateway";
  options.owners = {"dispatch"};
  const auto consumer = events::Consumer::InMemory(options, live.hub(), *consumer_bus, feed, signer, SystemClock());
  std::atomic<events::StepDriver*> woken = nullptr;
  owner->OnCommit([&woken] {
    if (auto* driver = woken.load()) {
      driver->Wake();
    }
  });
  events::StepDriver relay_driver("relay", SystemClock(), [&](Time now) { return relay.Step(now); });
  events::StepDriver consumer_driver("consumer", SystemClock(), [&](Time now) { return consumer->Step(now); });
  woken.store(&relay_driver);
  auto millis = MeasureRound(receivers, live.CrowdOf(count, 0), [&] {
    std::promise<SteadyTime> committed;
    const auto write = [](Time, storage::Changes& changes) {
      changes.writes.push_back(OutboxWrite(NewEvent(0)));
      return absl::OkStatus();
    };
    owner->Submit(storage::MakeCommand(nullptr, write), [&](const auto& reply) {
      if (!reply.ok()) {
        std::exit(2);
      }
      committed.set_value(SteadyClock::now());
    });
    return committed.get_future().get();
  });
  consumer_driver.Stop();
  woken.store(nullptr);
  relay_driver.Stop();
  return millis;
}

void Measure(Receivers& receivers, int count) {
  const auto stores = NewStores();
  std::vector<double> bare;
  std::vector<double> hub;
  std::vector<std::vector<double>> from_commit(stores.size());
  for (int round = 0; round < kRounds; ++round) {
    Append(bare, BareRound(receivers, count));
    Append(hub, HubRound(receivers, count, 0, 0));
    for (size_t i = 0; i < stores.size(); ++i) {
      Append(from_commit[i], CommitRound(receivers, *stores[i], count));
    }
  }
  const double reference = Quantile(bare, 0.5);
  Report(fmt::format("P10 event to last of {} receivers", count), Quantile(hub, 0.5), reference, "ms", Wanted::kAtMost,
         1.5);
  for (size_t i = 0; i < stores.size(); ++i) {
    Report(fmt::format("P10 commit to last of {} receivers, {}", count, stores[i]->kind()),
           Quantile(from_commit[i], 0.5), reference, "ms", Wanted::kAtMost, 1.5);
  }
  const int readers = count - count / 1000;
  std::vector<double> with_stuck;
  std::vector<double> without;
  for (int round = 0; round < kRounds; ++round) {
    Append(without, HubRound(receivers, readers, 0, kFillingBytes));
    Append(with_stuck, HubRound(receivers, readers, readers / 10, kFillingBytes));
  }
  Report(fmt::format("P10 last of {} beside {} stuck ones", readers, readers / 10), Quantile(with_stuck, 0.5),
         Quantile(without, 0.5), "ms", Wanted::kAtMost, 1.1);
}

}  // namespace
}  // namespace muster::bench

/// Argument: the number of receivers, 10,000 by default.
int main(int argc, char** argv) {
  muster::bench::Receivers receivers;
  muster::bench::Measure(receivers, argc > 1 ? std::max(1000, std::atoi(argv[1])) : muster::bench::kReceivers);
  return 0;
}
