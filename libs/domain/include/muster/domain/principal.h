#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/role.h"

namespace muster {

/// A right to see and work on one incident beyond one's own district, until a time.
struct IncidentGrant {
  IncidentId incident_id;
  Time expire_time{};
};

/// Who is asking, as the verified access token says. Every store call takes it and filters by it.
struct Principal {
  AccountId account_id;
  std::vector<Role> roles;
  std::string district_path;       ///< "3205" (the city) or "3205/320583" and below; what the account covers
  OrganizationId organization_id;  ///< the organization it manages or belongs to; empty for officials
  std::vector<IncidentGrant> incident_grants;

  bool Has(Role role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

  /// Works for the authority (operators, officers, auditors, services) and so sees its whole district.
  bool IsOfficial() const {
    return Has(Role::kCityOperator) || Has(Role::kDistrictOperator) || Has(Role::kStreetOperator) ||
           Has(Role::kCivilAffairsOfficer) || Has(Role::kFinanceOfficer) || Has(Role::kAuditor) || Has(Role::kService);
  }
  /// Covers all districts, as services do.
  bool CoversWholeCity() const {
    return Has(Role::kService) || (!district_path.empty() && district_path.find('/') == std::string::npos);
  }
  bool IsOperator() const {
    return Has(Role::kCityOperator) || Has(Role::kDistrictOperator) || Has(Role::kStreetOperator);
  }
};

/// True when `path` is `root` or lies below it in the district tree. An empty root covers nothing.
inline bool DistrictCovers(const std::string& root, const std::string& path) {
  return !root.empty() && path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

}  // namespace muster
