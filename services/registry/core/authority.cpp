#include "services/registry/core/authority.h"

#include "muster/domain/reason.h"

namespace muster::registry {

Authority AuthorityOver(const Principal& principal, const OrganizationId& organization_id,
                        const std::string& district_path) {
  const bool in_district = DistrictCovers(principal.district_path, district_path);
  if (in_district && (principal.Has(Role::kCivilAffairsOfficer) || principal.Has(Role::kService))) {
    return Authority::kOfficer;
  }
  const bool own = !organization_id.empty() && principal.organization_id == organization_id;
  if (own && principal.Has(Role::kOrganizationManager)) {
    return Authority::kManager;
  }
  if (own && principal.Has(Role::kTeamLeader)) {
    return Authority::kLeader;
  }
  return in_district && principal.IsOperator() ? Authority::kOperator : Authority::kNone;
}

absl::Status Require(Authority needed, Authority held, std::string_view action) {
  return held >= needed ? absl::OkStatus() : Error(Reason::kForbidden, "", {{"action", std::string(action)}});
}

}  // namespace muster::registry
