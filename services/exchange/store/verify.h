#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/storage/database.h"

namespace muster::exchange {

/// Something that must never be.
struct Violation {
  std::string invariant;  ///< "I4"
  std::string object_id;
  std::string problem;  ///< for people
};

struct VerifyResult {
  std::vector<Violation> violations;  ///< at most 1,000
  int64_t checked_rows = 0;
};

/// Checks that
/// - I4: the last audit row of every document tells of the version and content that the table holds;
/// - I1: every document that is no repeat has its bytes, and they have the hash that was noted;
/// - I10: a document that is done and was applied names its incident.
absl::StatusOr<VerifyResult> VerifyStore(storage::Database& database);

}  // namespace muster::exchange
