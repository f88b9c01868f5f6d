#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/events/consumer.h"
#include "muster/events/feed.h"
#include "muster/events/signer.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/pipeline.h"
#include "muster/security/access_token.h"
#include "muster/security/confirm_token.h"
#include "muster/server/owner.h"
#include "services/dispatch/rpc/dispatch_service.h"
#include "services/dispatch/rpc/timers.h"
#include "services/matching/rpc/matching_service.h"
#include "tests/bench/bench_store.h"
#include "tests/bench/dispatch_world.h"
#include "tests/support/redis_server.h"

namespace muster::bench {

/// A clock that begins at kNow, the moment in which the world of matching_world.h is.
class WorldClock final : public Clock {
 public:
  Time Now() const override;
  Duration Steady() const override { return SystemClock().Steady(); }

 private:
  const Duration begin_ = SystemClock().Steady();
};

/// Dispatch and matching in one process as musterd runs them: behind the pipeline with its checks, with relay, linker
/// of the audit trail, timers and the feeder of the index. The registry is a snapshot of teams and says nothing more.
class IncidentWorld {
 public:
  /// Loads `cities` cities of MakeWorld into the store, which is empty, and into the index. Ends the program when that
  /// fails.
  IncidentWorld(BenchStore& store, const testing::RedisServer& redis, size_t cities);
  ~IncidentWorld();
  IncidentWorld(const IncidentWorld&) = delete;
  IncidentWorld& operator=(const IncidentWorld&) = delete;

  /// Where all methods are called, and a call by an operator of the city with this time-out.
  rpc::Peer& peer() { return *peer_; }
  rpc::Call NewCall(Duration timeout) const;
  const Clock& clock() const { return clock_; }

  /// Waits until what runs behind the answers has caught up, above all the linker of the audit trail.
  void AwaitQuiet();

  /// Follows dispatch's events on the bus, on a connection and a thread of its own, until the object goes.
  void Follow(events::MemoryHandler& handler);

 private:
  /// A step that a thread repeats.
  void Drive(const std::string& name, events::StepDriver::Step step);
  void ServeRegistry(const std::vector<matching::TeamRecord>& teams);
  void Project(const std::vector<matching::TeamRecord>& teams);
  std::string TokenOf(const Principal& principal) const;

  const testing::RedisServer& redis_;
  const WorldClock clock_;
  const events::EventSigner event_signer_{"key"};
  SealedReplies replies_;
  const security::ConfirmTokens confirm_tokens_{security::KeyRing::Generate(SystemRandom())};
  const security::TokenSigner token_signer_{security::KeyRing::Generate(SystemRandom())};
  security::KeySet keys_{token_signer_.PublicKeys()};
  std::unique_ptr<events::FeedSource> registry_feed_;
  events::FeedRouter feeds_;
  std::unique_ptr<server::Owner> owner_;
  std::unique_ptr<dispatch::DispatchService> dispatch_;
  std::unique_ptr<dispatch::Timers> timers_;
  rpc::MethodTable table_;
  std::unique_ptr<rpc::CallPipeline> pipeline_;
  std::unique_ptr<rpc::Peer> peer_;
  std::vector<std::unique_ptr<events::Bus>> buses_;
  std::unique_ptr<matching::MatchingService> matching_;
  std::vector<std::unique_ptr<events::Consumer>> consumers_;
  std::vector<std::unique_ptr<events::StepDriver>> drivers_;
  std::atomic<events::StepDriver*> timer_driver_ = nullptr;
  std::string operator_token_;
};

}  // namespace muster::bench
