#pragma once

#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// True when the caller covers the district of the incident, or was granted the incident for now.
bool CoversIncident(const Principal& principal, const IncidentId& incident_id, const std::string& district_path,
                    Time now);

/// Ok when the caller may see what belongs to this incident and this organization; else NOT_FOUND, as if it did not
/// exist.
absl::Status CheckVisible(const Principal& principal, const IncidentId& incident_id, const std::string& district_path,
                          const OrganizationId& organization_id, Time now);

template <class Owned>
absl::Status CheckVisible(const Principal& principal, const Owned& object, Time now) {
  return CheckVisible(principal, object.incident_id, object.district_path, object.organization_id, now);
}

/// Ok when `expected` is 0 (left out) or the object's version; else VERSION_CONFLICT with the current one.
absl::Status CheckVersion(int64_t expected, int64_t current);

}  // namespace muster::dispatch
