#pragma once

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// Opens an incident. Reads the incidents that it is linked to.
struct OpenIncident {
  Incident incident;  ///< id, version, times and state are set here
  bool pre_alert = false;
};

/// Changes the fields named in `paths` (names of the wire). Reads incident, and those
/// that it is to be linked to.
struct UpdateIncident {
  IncidentId id;
  int64_t expected_version = 0;
  Incident values;
  std::set<std::string> paths;
  std::string reason;
};

/// Closes an incident: lines close, open offers are stood down, teams not departed are cancelled, those on the way are
/// recalled, those on scene released. Reads incident, its lines, open offers, active assignments and their bookings.
struct CloseIncident {
  IncidentId id;
  int64_t expected_version = 0;
  std::string reason;
};

/// Errors of all three: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION, INVALID_FIELD, BAD_TIME.
absl::StatusOr<DispatchChanges> Decide(const OpenIncident& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const UpdateIncident& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const CloseIncident& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
