#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// How far the clock of who measured may be ahead of ours.
inline constexpr Duration kClockTolerance = std::chrono::minutes(1);

/// Where a team is now. Reads the team. A position that was measured before the one that is known changes nothing.
/// Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION (disbanded), BAD_TIME (measured in the future).
struct ReportPosition {
  TeamId id;
  int64_t expected_version = 0;  ///< 0: any
  Location location;             ///< without a time: measured now
};

/// What a report comes to.
struct ReportedPosition {
  std::optional<Location> latest;  ///< what is known now
  bool taken = false;              ///< the report is the latest
};

absl::StatusOr<ReportedPosition> Decide(const ReportPosition& command, const Facts& facts, const Context& context);

/// Gives a measured position without a time the time `now`. BAD_TIME at `field` when it was measured in the future.
absl::Status StampMeasured(std::optional<Location>& location, Time now, const std::string& field);

}  // namespace muster::registry
