#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/statusor.h"

namespace muster::cli {

/// The bytes of a file, or of standard input for "-". Errors: unreadable, above `limit` bytes.
absl::StatusOr<std::string> ReadInput(const std::string& path, size_t limit);

/// Reads a message from a JSON file by the proto3 mapping. Usage errors name the file, never quote its text.
absl::Status ReadJsonFile(const std::string& path, google::protobuf::Message* message);

}  // namespace muster::cli
