#pragma once

#include "absl/status/statusor.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/storage/database.h"

namespace muster::dispatch {

/// Runs dispatch's invariants over its store: no team in two places (I2), states and versions as the audit trail tells
/// (I4), the counts of every line (I5).
absl::StatusOr<common::v1::VerifyResponse> Verify(storage::Database& database);

}  // namespace muster::dispatch
