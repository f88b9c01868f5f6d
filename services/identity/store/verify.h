#pragma once

#include "absl/status/statusor.h"
#include "muster/events/verify.h"
#include "muster/storage/database.h"

namespace muster::identity {

/// Checks identity's store: every account and key is as audited (I4), and what holds for every owner
/// (events::StoreVerifier).
absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database);

}  // namespace muster::identity
