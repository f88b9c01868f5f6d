#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "services/cli/app/context.h"

namespace muster::cli {

struct LoadOptions {
  double scale = 1.0;
  uint64_t seed = 1;
};

/// What a load did.
struct LoadResult {
  int64_t stored = 0;   ///< rows that were new
  int64_t skipped = 0;  ///< rows that were there already
  double seconds = 0;
};

/// Loads the demo city batch by batch, showing its progress. Loading again changes nothing. The next batch is made
/// while the server stores the one before.
absl::StatusOr<LoadResult> LoadCity(Context& context, Session& officer, const LoadOptions& options);

/// Makes the account of the demo city's first organization and its key in <data_dir>/tokens/organization (0600), unless
/// a key that works is there. Over --url nothing is written: the folder is the server's.
absl::Status EnsureOrganizationKey(Context& context);

/// Waits until matching knows the teams (its index follows the registry): true when it does in time.
absl::StatusOr<bool> AwaitIndex(Context& context, Session& duty_operator);

}  // namespace muster::cli
