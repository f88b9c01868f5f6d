#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// The alarm of a team that is out for longer than it is insured.
inline constexpr char kCoverTooShort[] = "NO_COVER";

/// Adds shifts to a team's duty. Reads assignments (one), its line, its bookings, incident, and the team.
struct ExtendAssignment {
  AssignmentId id;
  int64_t expected_version = 0;
  std::vector<Window> windows;  ///< later than those it has
  std::string reason;
  std::string rest_override_reason;  ///< an operator's: rest and the hours of a day are not asked for
};

/// Books a team that takes over from another for what is left of its shifts. It holds no place on the line before it
/// checks in: then that of the team before it becomes its own. Reads assignments (that which ends, and behind it those
/// that relieve it), its line, its bookings, incident, and the team that comes.
struct RelieveAssignment {
  AssignmentId id;
  int64_t expected_version = 0;
  TeamId team_id;
  std::optional<Time> relief_time;  ///< none: now
  std::string handover_note;
};

/// Ends a team's duty and reserves it for another line in the same step. The place that it filled stays filled, as
/// after a release; the bookings of the ended duty are cut off now, and it is over when the team is home from the new
/// one. Reads assignments (one), its bookings, the other line with its open offers and its incident, and the team.
struct RedeployAssignment {
  AssignmentId id;
  int64_t expected_version = 0;
  RequestLineId line_id;
  std::string reason;
  std::string rest_override_reason;  ///< as in ExtendAssignment
};

/// Errors of all: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (the duty, the line or the incident is over; it is
/// relieved already), BAD_TIME, NOT_ELIGIBLE, TEAM_OVERLAP, FORBIDDEN (an override by another than an operator),
/// INVALID_FIELD; LINE_FULL where a place is taken.
absl::StatusOr<DispatchChanges> Decide(const ExtendAssignment& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const RelieveAssignment& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const RedeployAssignment& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
