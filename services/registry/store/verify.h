#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/storage/database.h"

namespace muster::registry {

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

/// Checks, on one snapshot: I4, the audited changes of every object follow each other and end in the state, version
/// and content that the tables hold (what was imported and not touched since has version 1 and no record of its own);
/// REFERENCES, teams, capabilities, members and windows belong to something that is there; PERSONS, every person is
/// sealed and can be found; WINDOWS, no window ends before it starts.
absl::StatusOr<VerifyResult> VerifyStore(storage::Database& database);

}  // namespace muster::registry
