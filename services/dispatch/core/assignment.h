#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// A step along the life cycle, other than arrivals. Reads assignments (one), its line (lines), its bookings, the
/// line's open offers.
struct AdvanceAssignment {
  AssignmentId id;
  int64_t expected_version = 0;
  AssignmentState state = AssignmentState::kReserved;
  std::string cover_override_reason;
  std::string reason;
};

/// Arrival on scene. Reads as AdvanceAssignment.
struct CheckIn {
  AssignmentId id;
  int64_t expected_version = 0;
  std::optional<Location> location;
  int headcount = 0;  ///< 0: as many as were assigned
  std::optional<Time> happen_time;
};

/// Arrival at home. Reads as AdvanceAssignment.
struct CheckOut {
  AssignmentId id;
  int64_t expected_version = 0;
  int headcount = 0;  ///< 0: as many as checked in
  std::optional<Time> happen_time;
};

/// Errors of all: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION, FORBIDDEN (an operator's step), OUT_OF_RANGE,
/// BAD_TIME; NOT_ELIGIBLE for a departure without cover.
absl::StatusOr<DispatchChanges> Decide(const AdvanceAssignment& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const CheckIn& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const CheckOut& command, const Facts& facts, const Context& context);

/// Books an assignment: the object, one booking for each window. The caller has checked eligibility and room.
Assignment& Reserve(const RequestLine& line, const ProjectedTeam& team, int headcount, int fills, const Cover& cover,
                    const OfferId& offer_id, const Context& context, DispatchChanges& changes);

/// Moves an assignment to a state that the table allows (the caller has checked), with what follows from it: times,
/// its bookings freed at the end, and its place on `line` (may be null) given back when it was called off.
Assignment& MoveAssignment(const Assignment& before, AssignmentState state, const std::vector<Booking>& bookings,
                           Time now, RequestLine* line, DispatchChanges& changes);

/// "AssignmentOnScene" and so on.
std::string EventOf(AssignmentState state);

}  // namespace muster::dispatch
