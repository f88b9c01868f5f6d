#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/statusor.h"

namespace muster::gateway {

/// The proto3 JSON mapping of a message: lowerCamelCase names, 64-bit integers as strings, fields at their default
/// left out, `<` and `>` escaped so that a browser never takes text for markup. Errors: INTERNAL when the message
/// holds something that JSON cannot (a string that is not UTF-8, an Any of an unknown type).
absl::StatusOr<std::string> WriteJson(const google::protobuf::Message& message);

/// Appends `text` as a JSON string.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace muster::gateway
