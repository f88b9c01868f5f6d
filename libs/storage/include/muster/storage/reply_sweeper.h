#pragma once

#include <chrono>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/storage/database.h"

namespace muster::storage {

struct ReplySweeperOptions {
  /// How long the reply of a command answers its repeats.
  Duration keep = std::chrono::hours(7 * 24);
  Duration interval = std::chrono::minutes(1);
  /// Replies that one step drops at most, so that no command waits for it.
  int64_t batch = 1000;
};

/// Drops stored replies that are too old to answer a repeat. One thread at a time.
class ReplySweeper {
 public:
  /// Both must outlive it.
  ReplySweeper(ReplySweeperOptions options, Database& database, const Clock& clock);

  /// Answers how long to sleep before the next step: nothing while more is left to drop.
  Duration Step(Time now);

 private:
  /// How many were dropped.
  absl::StatusOr<int64_t> Sweep(Time keep_from);

  const ReplySweeperOptions options_;
  Database& database_;
  const Clock& clock_;
  Duration next_sweep_{};
};

}  // namespace muster::storage
