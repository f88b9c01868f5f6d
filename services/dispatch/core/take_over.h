#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// A desk at or above the incident's takes it over, gives it back, or leaves a note for its next shift. Reads incident.
struct TakeOverIncident {
  IncidentId incident_id;
  int64_t expected_version = 0;
  std::string district_path;  ///< of the desk that acts from now on
  std::string handover_note;
};

/// Errors: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (closed), INVALID_FIELD, FORBIDDEN (a desk above the
/// caller).
absl::StatusOr<DispatchChanges> Decide(const TakeOverIncident& command, const Facts& facts, const Context& context);

/// While a higher desk acts on an incident, operators of lower districts read on, but change nothing of it: FORBIDDEN,
/// with what to do next. Asked of every command, after it has decided.
absl::Status CheckDesk(const DispatchChanges& changes, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
