#pragma once

#include <string>

namespace muster::rpc {

/// `target` of GrpcPeerOptions as gRPC wants it. Looks up the names in a list of several, each once; one that nobody
/// knows is left out, with a line in the log.
std::string ChannelTarget(const std::string& target);

/// True when it leads to a socket of this host.
bool IsUnixTarget(const std::string& target);

}  // namespace muster::rpc
