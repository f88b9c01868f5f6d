#pragma once

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/storage/database.h"
#include "services/notify/rpc/outlet.h"
#include "services/notify/store/notify_command.h"
#include "services/notify/store/queries.h"

namespace muster::notify {

/// Read by metrics. Thread-safe.
struct SenderCounters {
  std::atomic<int64_t> sent = 0;       ///< sendings, repeated ones included
  std::atomic<int64_t> escalated = 0;  ///< deliveries that stayed without a receipt
  std::atomic<int64_t> failures = 0;   ///< rounds that the store did not let through
};

/// Sends deliveries to whoever listens, again until their receipts come, and escalates those that stay without. One
/// thread at a time; wake it from Database::OnCommit and when somebody begins to listen.
class Sender {
 public:
  struct Dependencies {
    storage::Database& database;
    const Queries& queries;
    Outlet& outlet;
    const EventPayload& payload;
    const Clock& clock;
    Random& random;
  };
  /// All must outlive it.
  explicit Sender(Dependencies dependencies) : dependencies_(dependencies) {}

  /// Does what is due; answers how long it may sleep when nothing happens meanwhile.
  Duration Step(Time now);
  const SenderCounters& counters() const { return counters_; }

 private:
  absl::Status WakeNew(Time now);
  /// True when there may be more to send at once.
  absl::StatusOr<bool> SendDue(Time now);
  absl::Status EscalateLate(Time now);
  absl::Status Record(RecordAttempts attempts);

  const Dependencies dependencies_;
  SenderCounters counters_;
  Duration next_escalation_{};
};

}  // namespace muster::notify
