#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "muster/events/origin.h"
#include "muster/rpc/call.h"

namespace muster::rpc {

/// Where a change comes from that a call asks for. `request_id`: the field of `request`.
events::Origin OriginOf(const Call& call, const std::string& request_id, const google::protobuf::Message& request);

}  // namespace muster::rpc
