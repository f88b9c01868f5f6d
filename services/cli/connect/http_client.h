#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"

namespace muster::cli {

struct HttpRequest {
  std::string url;
  bool post = false;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
  Duration timeout = Duration::zero();  ///< zero: none, for streams
};

struct HttpReply {
  int status = 0;
  std::string content_type;
  std::string body;
};

/// Makes a request and waits. Redirects are not followed. Errors: not reachable, too slow, a body above 16 MiB.
absl::StatusOr<HttpReply> Fetch(const HttpRequest& request);

/// The same, giving the body piece by piece to `on_bytes` as it arrives, which returns false to end it. The reply has
/// the status and an empty body; `on_status` is told the status before the first piece.
absl::StatusOr<HttpReply> FetchStream(const HttpRequest& request, const std::function<void(int)>& on_status,
                                      const std::function<bool(std::string_view)>& on_bytes,
                                      const std::function<bool()>& cancelled);

}  // namespace muster::cli
