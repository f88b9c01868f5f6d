#pragma once

#include "absl/status/statusor.h"
#include "muster/events/verify.h"
#include "muster/storage/database.h"

namespace muster::exchange {

/// Checks exchange's store, besides what holds for every owner (events::StoreVerifier):
/// - I1: every document that is no repeat has its bytes, and they have the hash that was noted;
/// - I4: every document is as audited;
/// - I10: a document that is done and was applied names its incident.
absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database);

}  // namespace muster::exchange
