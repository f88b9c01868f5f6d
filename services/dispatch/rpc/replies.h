#pragma once

#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// A request after a command: its changed row and lines, else as they were read. The command changed the request.
v1::ResourceRequest RequestReply(const DispatchChanges& changes, const Facts& facts);

}  // namespace muster::dispatch
