#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "muster/rpc/peer.h"
#include "muster/rpc/tls.h"

namespace muster::rpc {

struct GrpcPeerOptions {
  /// Where the instances of a service are: "unix:var/run/musterd.sock"; one or several "host:port", separated by
  /// commas; "dns:///name:port" for a name that is looked up again and again. A host is a name or an address; names in
  /// a list of several are looked up once. Calls go to the instances in turn, passing over those that do not answer or
  /// say NOT_SERVING.
  std::string target;
  /// For targets over TCP: the server must show a certificate of the authority with the name "muster-<service>".
  std::optional<TlsFiles> tls = {};
  std::string service = {};  ///< "registry"; not empty when `tls` is set
  size_t max_message_bytes = 5 * 1024 * 1024;
  /// Repeats of methods that change nothing or have a request_id: at most 5 attempts within about 1.5 s, only on
  /// UNAVAILABLE that no service has decided: DRAINING, or nobody answers.
  bool retry = true;
};

/// Calls the methods of another process over a gRPC channel with keepalive. Without an instance that can be reached and
/// believed a call is UNAVAILABLE; the log says why. `clock` turns the parent's deadline
/// into a timeout; a unary call without one gets 5 s.
std::unique_ptr<Peer> MakeGrpcPeer(const GrpcPeerOptions& options, const Clock& clock);

}  // namespace muster::rpc
