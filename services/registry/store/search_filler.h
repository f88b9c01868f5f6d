#pragma once

#include "absl/status/status.h"
#include "muster/storage/database.h"
#include "services/registry/store/person_sealer.h"

namespace muster::registry {

/// Makes the rows by which searches find what was stored before the store had them, 500 objects a transaction; goes on
/// where an earlier start was interrupted, and does nothing once all is filled in. To be called at every start, after
/// CheckKeys, before anything is served. A person that cannot be opened is left out: Verify tells of them. Errors:
/// those of the store.
absl::Status FillSearch(storage::Database& database, const PersonSealer& sealer);

}  // namespace muster::registry
