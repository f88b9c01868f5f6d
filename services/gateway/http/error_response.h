#pragma once

#include "absl/status/status.h"
#include "services/gateway/http/http_types.h"

namespace muster::gateway {

/// An error as a Connect error in JSON, with the HTTP status of its code, Retry-After where waiting helps, and
/// WWW-Authenticate for 401.
HttpResponse ErrorResponse(const absl::Status& status);

/// The same with another HTTP status: for what HTTP itself refuses before a call exists (404, 405, 415).
HttpResponse ErrorResponse(int http_status, const absl::Status& status);

/// 405 with the methods that are allowed.
HttpResponse MethodNotAllowed(std::string_view allow);

}  // namespace muster::gateway
