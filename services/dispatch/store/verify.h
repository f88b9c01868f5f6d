#pragma once

#include "absl/status/statusor.h"
#include "muster/events/verify.h"
#include "muster/storage/database.h"

namespace muster::dispatch {

/// Checks dispatch's store, besides what holds for every owner (events::StoreVerifier): no acceptance without its
/// assignment (I1), no team in two places (I2), every row as audited (I4), the counts of every line (I5), one mode for
/// all that hangs on an incident (I15).
absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database);

}  // namespace muster::dispatch
