#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "muster/rpc/peer.h"

namespace muster::rpc {

struct GrpcPeerOptions {
  std::string target;  ///< "unix:var/run/musterd.sock", "127.0.0.1:8081"
  size_t max_message_bytes = 5 * 1024 * 1024;
  /// Retries of methods marked NO_SIDE_EFFECTS: at most 3 attempts, only on UNAVAILABLE.
  bool retry = true;
};

/// Calls the methods of another process over one gRPC channel with keepalive. `clock` turns the parent's deadline
/// into a timeout; a unary call without one gets 5 s.
std::unique_ptr<Peer> MakeGrpcPeer(const GrpcPeerOptions& options, const Clock& clock);

}  // namespace muster::rpc
