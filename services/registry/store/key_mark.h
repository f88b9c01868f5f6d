#pragma once

#include "absl/status/status.h"
#include "muster/security/key_file.h"
#include "muster/storage/database.h"

namespace muster::registry {

/// Sees to it that the people of the store are sealed under keys of `field_wrapping` and found by the newest key of
/// `blind_index`, and notes these keys in the store. To be called at every start, before anything is sealed.
/// FAILED_PRECONDITION naming the file when it holds other keys than the store was written with: the right file has to
/// come back from the backup of the keys. Other errors: those of the store.
absl::Status CheckKeys(storage::Database& database, const security::KeyRing& field_wrapping,
                       const security::KeyRing& blind_index);

}  // namespace muster::registry
