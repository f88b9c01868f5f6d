#pragma once

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// Looks whether a team that should have checked in by now did; where it did not, its assignment gets an alarm, once.
/// Reads assignments (one).
struct CheckArrival {
  AssignmentId id;
  Duration grace{};  ///< how long after the expected arrival
};

/// No change is an empty answer.
absl::StatusOr<DispatchChanges> Decide(const CheckArrival& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
