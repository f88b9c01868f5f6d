#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "absl/status/status.h"

namespace muster::gateway {

/// Reads the proto3 JSON mapping into an empty message, strictly. Field names are taken in both spellings ("teamId",
/// "team_id"), 64-bit integers as numbers or strings, null as absent. The whole text is checked before any field:
/// BAD_JSON with the byte offset comes first. Then the first of: UNKNOWN_FIELD, INVALID_FIELD, OUT_OF_RANGE, BAD_TIME,
/// each with the path of the field in proto names ("lines[2].quantity"). Nothing of the text is quoted.
absl::Status ReadJson(std::string_view json, google::protobuf::Message* message);

}  // namespace muster::gateway
