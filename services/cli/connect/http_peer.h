#pragma once

#include <memory>
#include <string>

#include "muster/rpc/peer.h"

namespace muster::cli {

/// Calls public methods over the Connect protocol in its binary form. `url` is the gateway's, without a path. The
/// call's access_token is sent as Bearer; the gateway takes an API key there. Unary calls return when answered; a
/// stream is read on a thread of its own.
std::unique_ptr<rpc::Peer> MakeHttpPeer(std::string url, const Clock& clock);

}  // namespace muster::cli
