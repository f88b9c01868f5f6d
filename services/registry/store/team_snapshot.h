#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// Every team with all that matching and dispatch need, as of one moment.
struct TeamSnapshot {
  std::vector<TeamProfile> teams;  ///< in order of id, disbanded ones too
  int64_t feed_seq = 0;            ///< the feed's head at that moment: later events are not included
};

/// All teams that the principal sees, read in one snapshot of the database.
absl::StatusOr<TeamSnapshot> ReadTeamSnapshot(storage::Database& database, const Principal& principal);

}  // namespace muster::registry
