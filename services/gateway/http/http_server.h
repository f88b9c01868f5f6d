#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "services/gateway/http/header_check.h"
#include "services/gateway/http/http_types.h"

namespace muster::gateway {

/// Limits of the public listener; all are settings.
struct HttpServerOptions {
  std::string listen = "127.0.0.1:8080";  ///< "address:port", "[::1]:8080"; port 0 picks a free one
  int threads = 2;
  HeaderLimits header;
  size_t max_connections = 4000;
  size_t max_connections_per_address = 64;
  Duration header_timeout = std::chrono::seconds(5);    ///< from the first byte to the end of the header
  Duration request_timeout = std::chrono::seconds(15);  ///< to the end of the body
  size_t max_body_bytes = 256 * 1024 * 1024;            ///< of all bodies that are held at the same time
  size_t max_upload_bytes = 128 * 1024 * 1024;          ///< of all uploads among them, beside those
  size_t min_bytes_per_second = 1024;                   ///< of a body, after header_timeout
  Duration idle_timeout = std::chrono::seconds(30);     ///< between requests
  Duration write_timeout = std::chrono::seconds(10);    ///< without any progress
  size_t socket_max_message = 64 * 1024;                ///< of a WebSocket client
  Duration socket_idle_timeout = std::chrono::seconds(60);
  int socket_messages_per_second = 20;  ///< of a WebSocket client, control frames included
  size_t socket_queue_messages = 256;
  size_t socket_queue_bytes = 1024 * 1024;
};

/// Counters for metrics.
struct HttpServerStats {
  size_t connections = 0;
  size_t sockets = 0;
  uint64_t requests = 0;
  uint64_t refused_connections = 0;
  size_t body_bytes = 0;  ///< of the requests that are being read or answered
};

/// The public HTTP listener (HTTP/1.1 and WebSocket). Asynchronous: every connection belongs to one of a few threads.
class HttpServer {
 public:
  /// Listens and serves; calls `before_first` once it listens and before the first connection is taken. The handler
  /// must outlive the server. Errors: INTERNAL naming the address.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options, HttpHandler& handler,
                                                           const std::function<void(HttpServer&)>& before_first = {});
  virtual ~HttpServer() = default;

  virtual int port() const = 0;
  virtual size_t shards() const = 0;
  /// Runs `work` on the thread of a shard.
  virtual void Post(size_t shard, std::function<void()> work) = 0;
  virtual HttpServerStats stats() const = 0;
  /// Stops accepting; idle connections close, answers carry "Connection: close", WebSockets are closed with 1001.
  virtual void Drain() = 0;
  /// Drains, waits at most `grace` for what runs, then closes everything and joins.
  virtual void Stop(Duration grace) = 0;
};

}  // namespace muster::gateway
