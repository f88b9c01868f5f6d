#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster::rpc {

/// The bytes of grpc-status-details-bin: RpcStatus (wire-compatible with google.rpc.Status) with one ErrorDetail.
std::string EncodeDetails(const absl::Status& status);

/// The error that a peer answered, from its gRPC code and details. Without details of ours: the code's general reason.
absl::Status DecodeStatus(int grpc_code, std::string_view message, std::string_view details);

/// What a client that reads no details sees: "TEAM_OVERLAP: The team is already booked ...".
std::string PublicMessage(const absl::Status& status);

/// The Connect protocol's error: {"code":"aborted","message":...,"details":[...]}.
std::string ConnectErrorJson(const absl::Status& status);

/// The error in a Connect body as the client of another process reads it.
absl::Status DecodeConnectError(int http_status, std::string_view json);

/// "invalid_argument".
std::string_view ConnectCodeName(absl::StatusCode code);

/// The HTTP status that Connect gives a code.
int HttpStatusOf(absl::StatusCode code);

/// Seconds for a Retry-After header: for RESOURCE_EXHAUSTED and UNAVAILABLE, from metadata retry_after_s, else 1.
std::optional<int> RetryAfterSeconds(const absl::Status& status);

}  // namespace muster::rpc
