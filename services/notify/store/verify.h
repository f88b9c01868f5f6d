#pragma once

#include "absl/status/statusor.h"
#include "muster/events/verify.h"
#include "muster/storage/database.h"

namespace muster::notify {

/// Checks notify's store, besides what holds for every owner (events::StoreVerifier): a delivery that awaits its
/// receipt is sent again, no other is, and no event reaches an organization twice (I3); every delivery is as audited
/// (I4); what is told in a drill says so, and nothing else does (I15).
absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database);

}  // namespace muster::notify
