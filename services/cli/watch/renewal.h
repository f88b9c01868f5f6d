#pragma once

#include <chrono>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/domain/reason.h"

namespace muster::cli {

/// Whether a stream that ended like this, `lived` after it began, is opened again with a fresh token. One that ends at
/// once would do so for ever.
inline bool IsToBeRenewed(const absl::Status& end, Duration lived) {
  return GetErrorInfo(end).reason == Reason::kSessionExpired && lived >= std::chrono::seconds(1);
}

}  // namespace muster::cli
