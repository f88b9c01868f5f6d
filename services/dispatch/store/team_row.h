#pragma once

#include <string>

#include "muster/storage/value.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// The columns of projected_team that AddTeam reads, in their order.
extern const std::string kTeamColumns;

/// Puts a projected team into the facts.
void AddTeam(const storage::Row& row, Facts& facts);

/// A booking (subject_id, start_us, end_us, active) of a team that was read before: active ones keep it busy, worked
/// ones count for rest.
void AddTeamBooking(const storage::Row& row, Facts& facts);

}  // namespace muster::dispatch
