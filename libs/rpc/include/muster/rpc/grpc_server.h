#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/rpc/pipeline.h"
#include "muster/rpc/tls.h"

namespace muster::rpc {

struct GrpcServerOptions {
  /// "unix:var/run/musterd.sock" (made with mode 0600), "127.0.0.1:8081"; port 0 picks a free one.
  std::vector<std::string> listen;
  /// For TCP: clients must show a certificate of the authority, else their handshake fails. Unix sockets stay without.
  std::optional<TlsFiles> tls = {};
  int max_receive_bytes = 5 * 1024 * 1024;  ///< of the transport; ExchangeService takes this much
  int max_call_bytes = 1024 * 1024;         ///< of any other service
  int max_concurrent_streams = 128;
  size_t memory_quota_bytes = 128 * 1024 * 1024;
  bool reflection = true;
};

/// The gRPC door: every method of the pipeline's table, health and reflection. Thread-safe.
class GrpcServer {
 public:
  /// Listens and serves. The pipeline must outlive the server. Errors: INTERNAL with the address that failed, those of
  /// CheckTlsFiles.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(CallPipeline& pipeline, const GrpcServerOptions& options);
  virtual ~GrpcServer() = default;

  /// The bound port of each address of `listen`; 0 for a unix socket.
  virtual std::vector<int> ports() const = 0;
  /// What health answers, SERVING at first. With NOT_SERVING clients that balance go elsewhere; calls that come are
  /// still accepted by the transport and answered by the pipeline.
  virtual void SetServing(bool is_serving) = 0;
  /// Refuses new calls, lets those that run finish within `grace`, cancels the rest, returns when all have ended.
  virtual void Shutdown(Duration grace) = 0;
};

}  // namespace muster::rpc
