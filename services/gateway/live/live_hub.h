#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/base/work_pool.h"
#include "muster/events/feed.h"
#include "muster/events/handler.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/http/http_types.h"
#include "services/gateway/live/live_event.h"
#include "services/gateway/live/live_ring.h"

namespace muster::gateway {

struct LiveOptions {
  std::vector<std::string> owners = {"registry", "dispatch", "notify", "exchange"};  ///< whose events are sent
  size_t ring_events = 4096;                                                         ///< kept for each owner
  size_t ring_bytes = 8 * 1024 * 1024;
  int feed_threads = 2;  ///< read the owners' feeds for clients that were away for longer
};

/// Who a client of the live feed is, and until when that is known.
struct LiveIdentity {
  Principal principal;
  Time expire_time{};
};

/// Asks again who a client is, when its token runs out or an account has changed; an error ends the client.
using RenewIdentity = std::function<void(std::function<void(absl::StatusOr<LiveIdentity>)>)>;

/// What a client asked for: the last feed_seq it has of each owner. An owner without one starts now.
using LiveCursor = std::map<std::string, int64_t>;

class LiveClient;

/// The live feed: takes events in (from a consumer in memory, as its handler) and sends each to the clients that may
/// see it. Clients that resume are served from the last events here, further back from the owner's feed. A client
/// that does not keep up is closed with 1013 and resumes with its cursor.
class LiveHub final : public events::MemoryHandler {
 public:
  /// `feed` (read on threads of the hub) and `clock` must outlive it.
  LiveHub(const LiveOptions& options, events::FeedSource& feed, const Clock& clock);
  ~LiveHub() override;

  /// The server whose threads the clients live on. Before the first client; Detach before the server goes.
  void Attach(HttpServer& server);
  void Detach();

  // From the consumer's thread.
  absl::Status Apply(const events::FeedEvent& event) override;
  absl::StatusOr<int64_t> Resync(const std::string& owner) override;

  /// A client for an accepted WebSocket. `renew` may be empty: then the client ends when its identity expires.
  std::shared_ptr<WebSocketHandler> NewClient(LiveIdentity identity, LiveCursor cursor, RenewIdentity renew);

  /// Reads "dispatch:12,registry:5". Errors: BAD_CURSOR.
  absl::StatusOr<LiveCursor> ParseCursor(std::string_view text) const;

  /// Ends or renews the clients whose identity has expired; called about once a second.
  void Step(Time now);
  /// Asks for every client again who it is: something about accounts has changed.
  void RecheckAll();
  size_t clients() const;

 private:
  friend class LiveClient;
  using Clients = std::vector<std::shared_ptr<LiveClient>>;

  void OnShards(const std::function<void(const Clients&)>& action);
  void Enter(std::shared_ptr<LiveClient> client, size_t shard);
  void Leave(const LiveClient& client, size_t shard);
  void PostTo(size_t shard, std::function<void()> work);

  const LiveOptions options_;
  events::FeedSource& feed_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::map<std::string, LiveRing> rings_ MUSTER_GUARDED_BY(mutex_);
  size_t client_count_ MUSTER_GUARDED_BY(mutex_) = 0;
  Mutex server_mutex_;
  HttpServer* server_ MUSTER_GUARDED_BY(server_mutex_) = nullptr;
  std::vector<std::shared_ptr<Clients>> shards_;  ///< each touched by its own thread only
  WorkPool feed_pool_;
};

}  // namespace muster::gateway
