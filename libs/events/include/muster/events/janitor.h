#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/events/bus.h"
#include "muster/storage/database.h"

namespace muster::events {

struct JanitorOptions {
  std::string owner;             ///< whose streams
  std::set<std::string> groups;  ///< the consumers that may have a group on them
  Duration interval = std::chrono::seconds(5);
  /// Entries younger than this stay for readers without a group.
  Duration keep = std::chrono::minutes(10);
  Duration max_idle = std::chrono::hours(24);
};

struct JanitorCounters {
  std::atomic<int64_t> trims = 0;
  std::atomic<int64_t> destroyed_groups = 0;
};

/// Keeps an owner's streams short: drops what every group has had and nobody still owes, never by length; destroys
/// groups that are not known or have been silent for a day (a dead group would keep everything for ever), each with an
/// audit row. One thread at a time.
class Janitor {
 public:
  /// All must outlive it. `database`: the owner's, for the audit rows.
  Janitor(JanitorOptions options, storage::Database& database, Bus& bus, const Clock& clock, Random& random);

  /// Answers how long to sleep before the next step.
  Duration Step(Time now);
  const JanitorCounters& counters() const { return counters_; }

 private:
  absl::Status Sweep(const std::string& stream, Time now);
  absl::Status Destroy(const std::string& stream, const GroupInfo& group, Time now);
  bool IsDead(const GroupInfo& group) const;

  const JanitorOptions options_;
  storage::Database& database_;
  Bus& bus_;
  const Clock& clock_;
  Random& random_;
  JanitorCounters counters_;
  Duration next_sweep_{};
};

}  // namespace muster::events
