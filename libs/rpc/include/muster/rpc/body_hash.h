#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace muster::rpc {

/// SHA-256 over the deterministic serialization of a request, without its fields `request_id` and `confirm_token`: the
/// same change asked for again has the same hash, also when it comes with the confirmation it was asked for.
std::string BodyHash(const google::protobuf::Message& request);

}  // namespace muster::rpc
