#pragma once

#include <chrono>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/storage/database.h"
#include "services/registry/core/readiness_model.h"

namespace muster::registry {

/// Tells what runs out within 90, 30 and 7 days: once for each object, end and number of days, with the event
/// ExpiryReminder. What was told is a row that is written with the event, so a restart tells nothing twice, and two who
/// do it at once cannot either. Drive it on the leader; one thread at a time.
class ReminderStep {
 public:
  /// All must outlive it.
  ReminderStep(storage::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random), next_(clock.Steady() + kFirstWait) {}

  /// Tells at most kBatch of what is due and answers how long it may sleep.
  Duration Step(Time now);

  /// A start is not burdened with it.
  static constexpr Duration kFirstWait = std::chrono::minutes(1);
  static constexpr Duration kInterval = std::chrono::hours(1);
  /// After a full batch, or a store that did not answer.
  static constexpr Duration kPause = std::chrono::seconds(1);
  static constexpr int kBatch = 100;

 private:
  /// Answers how many were due.
  absl::StatusOr<int> TellDue(ReminderKind kind, int days, Time now);

  storage::Database& database_;
  const Clock& clock_;
  Random& random_;
  Duration next_;
};

}  // namespace muster::registry
