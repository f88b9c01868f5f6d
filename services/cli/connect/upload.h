#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/cli/connect/session.h"

namespace muster::cli {

/// Uploads a file that is to be imported and answers its upload id: in parts over the socket, by POST /upload
/// elsewhere.
absl::StatusOr<std::string> UploadFile(Session& session, const std::string& content);

}  // namespace muster::cli
