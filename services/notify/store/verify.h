#pragma once

#include "absl/status/statusor.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/storage/database.h"

namespace muster::notify {

/// Looks for what must never be in notify's store: I3 (a delivery that awaits its receipt is sent again, no other is)
/// and I4 (every row is what its last audit record says).
absl::StatusOr<common::v1::VerifyResponse> Verify(storage::Database& database);

}  // namespace muster::notify
