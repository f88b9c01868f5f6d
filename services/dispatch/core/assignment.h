#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// A step along the life cycle, other than arrivals. Reads assignments (one, and behind it that which it relieves), its
/// line (lines), its bookings.
struct AdvanceAssignment {
  AssignmentId id;
  int64_t expected_version = 0;
  AssignmentState state = AssignmentState::kReserved;
  std::string cover_override_reason;
  std::string reason;
};

/// Arrival on scene. A relief takes the place of the team that it relieves, whose work ends with it. Reads as
/// AdvanceAssignment, and behind the assignment that which it relieves, with its bookings.
struct CheckIn {
  AssignmentId id;
  int64_t expected_version = 0;
  std::optional<Location> location;
  int headcount = 0;  ///< 0: as many as were assigned
  std::optional<Time> happen_time;
};

/// Arrival at home; with it end the assignments that the team was redeployed from. Reads as AdvanceAssignment, and
/// behind the assignment those, with their bookings.
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

/// How the end of its work ends an assignment in this state; none: it goes on by itself (returning) or is over.
std::optional<AssignmentState> EndOf(AssignmentState state);

/// By when the team should have checked in: as was agreed, else at the start of its first shift, or at once where it
/// was booked later than that.
Time ExpectedArrival(const Assignment& assignment);

/// The alarm of a team that is overdue.
inline constexpr char kArrivalOverdue[] = "ARRIVAL_OVERDUE";

/// "AssignmentOnScene" and so on.
std::string EventOf(AssignmentState state);

}  // namespace muster::dispatch
