#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace muster::rpc {

/// The size of a page: 50 for 0, else what was asked. BAD_PAGE below 0 and above 500.
absl::StatusOr<int> PageSize(int asked);

/// A page token is the id of the last item, in base64url. It gives no rights: every page is filtered by its caller.
std::string PageTokenAfter(const std::string& id);

/// The id in a token; empty for an empty one. BAD_CURSOR for anything else than a token made here.
absl::StatusOr<std::string> IdOfPageToken(const std::string& token);

}  // namespace muster::rpc
