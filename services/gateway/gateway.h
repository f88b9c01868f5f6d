#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/domain/principal.h"
#include "muster/events/feed.h"
#include "muster/rpc/peer.h"
#include "services/gateway/connect/connect_door.h"
#include "services/gateway/connect/service_directory.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/key_exchange.h"
#include "services/gateway/live/live_hub.h"

namespace muster::gateway {

struct GatewayOptions {
  HttpServerOptions http;
  ConnectOptions connect;
  LiveOptions live;
  size_t max_document = 4 * 1024 * 1024;
  size_t max_upload = 64 * 1024 * 1024;
  Duration upload_timeout = std::chrono::minutes(5);  ///< to the end of the body
  /// Host names that requests may carry, in lower case ("muster.example.org", "127.0.0.1", "[::1]"); empty: any.
  std::vector<std::string> allowed_hosts;
  /// Origins whose pages may open /live ("https://muster.example.org"), besides the gateway's own.
  std::vector<std::string> allowed_origins;
  /// Folder of the console's files; empty: there is no console.
  std::string console_dir;
  /// Whether /metrics answers addresses other than loopback.
  bool metrics_public = false;
};

/// Whether the process can serve, and what is wrong where it is.
struct Readiness {
  bool can_serve = true;
  std::vector<std::string> reasons;  ///< "redis: down since ..., events travel by the feeds"
};

/// What the gateway asks of the process around it. Thread-safe, not blocking.
struct GatewayHooks {
  std::function<Readiness()> readiness;
  std::function<std::string()> metrics_text;  ///< Prometheus text, version 0.0.4; may be empty: no /metrics
  /// Who an access token speaks for and until when. Errors: AUTH_REQUIRED, SESSION_EXPIRED.
  std::function<absl::StatusOr<LiveIdentity>(const std::string& access_token)> authenticate;
  /// Whether a method needs no token; empty: as security::IsAnonymousMethod.
  std::function<bool(const std::string& method)> is_anonymous;
};

/// The public door: Connect over HTTP for every method in the directory, documents, the live feed, the console, health,
/// metrics and the OpenAPI document.
class Gateway {
 public:
  /// Listens and serves. The directory (filled), the peers in it, `identity`, `feed` and `clock` must outlive it.
  /// Errors: INTERNAL naming the address.
  static absl::StatusOr<std::unique_ptr<Gateway>> Start(const GatewayOptions& options,
                                                        const ServiceDirectory& directory, rpc::Peer& identity,
                                                        events::FeedSource& feed, GatewayHooks hooks,
                                                        const Clock& clock);
  virtual ~Gateway() = default;

  virtual int port() const = 0;
  /// The handler for an in-memory consumer of the live feed's owners ("gateway", modes real and drill).
  virtual LiveHub& live() = 0;
  /// To be called when something about accounts or keys has changed: exchanged tokens are forgotten at once, and within
  /// a second every client of the live feed is asked again who it is.
  virtual void AccountsChanged() = 0;
  virtual HttpServerStats stats() const = 0;
  /// Stops accepting; /readyz answers 503 on the connections that remain.
  virtual void Drain() = 0;
  /// Drains and closes everything within `grace`. The consumer that feeds live() must have stopped.
  virtual void Stop(Duration grace) = 0;
};

}  // namespace muster::gateway
