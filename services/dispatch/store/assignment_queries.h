#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/dispatch/core/model.h"

namespace muster::dispatch {

/// How a team has kept its word, in reality: exercises do not count.
struct ServiceRecord {
  int asked = 0;
  int accepted = 0;  ///< also those that were called off later
  int declined = 0;
  int unanswered = 0;  ///< without a provisional answer either
  int completed = 0;
  int no_shows = 0;
  Duration worked_last_day{};  ///< in the shifts for which it had checked in
};

/// Reads of dispatch's database about teams and their duties. As Queries. Thread-safe.
class AssignmentQueries {
 public:
  /// Both must outlive it.
  AssignmentQueries(storage::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// NOT_FOUND for a team that the caller may not see: officials see those of their district, an organization its own.
  absl::StatusOr<ServiceRecord> GetServiceRecord(const Principal& principal, const TeamId& team_id) const;

  /// Assignments that should have checked in by `grace` ago and have no alarm for it yet; at most `limit`.
  absl::StatusOr<std::vector<AssignmentId>> OverdueArrivals(Time now, Duration grace, int limit) const;

 private:
  storage::Database& database_;
  const Clock& clock_;
};

}  // namespace muster::dispatch
