#pragma once

#include <memory>

#include "muster/rpc/peer.h"
#include "muster/rpc/pipeline.h"

namespace muster::rpc {

/// Calls the methods of this process: the same table and the same checks, no serialization. The pipeline must
/// outlive it.
std::unique_ptr<Peer> MakeLocalPeer(CallPipeline& pipeline);

}  // namespace muster::rpc
