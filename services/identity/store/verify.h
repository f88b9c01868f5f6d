#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/storage/database.h"

namespace muster::identity {

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

/// Checks I4: the last audit row of every account and key tells of the version and content that the table holds.
absl::StatusOr<VerifyResult> VerifyStore(storage::Database& database);

}  // namespace muster::identity
