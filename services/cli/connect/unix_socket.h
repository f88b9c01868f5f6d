#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"

namespace muster::cli {

/// True when a process accepts connections on the unix socket.
bool SocketAnswers(const std::string& path);

/// Sends `question` over the unix socket and returns what arrives first, at most `limit` bytes, within `timeout`.
absl::StatusOr<std::string> AskSocket(const std::string& path, const std::string& question, size_t limit,
                                      Duration timeout);

}  // namespace muster::cli
