#pragma once

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// Looks whether a team that the registry changed still stands by what it was booked for; where it does not (its
/// organization was suspended, the team disbanded, a certificate withdrawn), its assignments that are not over get an
/// alarm for a person to decide. Reads teams (one) and assignments (all of the team that are not over), their lines.
struct CheckStanding {
  TeamId team_id;
};

/// No change is an empty answer.
absl::StatusOr<DispatchChanges> Decide(const CheckStanding& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
