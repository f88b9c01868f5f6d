#include "services/dispatch/core/visibility.h"

#include "muster/domain/reason.h"

namespace muster::dispatch {

bool CoversIncident(const Principal& principal, const IncidentId& incident_id, const std::string& district_path,
                    Time now) {
  if (principal.IsOfficial() && DistrictCovers(principal.district_path, district_path)) {
    return true;
  }
  for (const IncidentGrant& grant : principal.incident_grants) {
    if (grant.incident_id == incident_id && grant.expire_time > now) {
      return true;
    }
  }
  return false;
}

absl::Status CheckVisible(const Principal& principal, const IncidentId& incident_id, const std::string& district_path,
                          const OrganizationId& organization_id, Time now) {
  const bool own = !organization_id.empty() && organization_id == principal.organization_id;
  return own || CoversIncident(principal, incident_id, district_path, now) ? absl::OkStatus()
                                                                           : Error(Reason::kNotFound);
}

absl::Status CheckVersion(int64_t expected, int64_t current) {
  if (expected == 0 || expected == current) {
    return absl::OkStatus();
  }
  return Error(Reason::kVersionConflict, "expected_version", {{"current_version", std::to_string(current)}});
}

}  // namespace muster::dispatch
