#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace muster {

/// The roles of contracts: what a principal may be.
enum class Role {
  kSystemAdmin,
  kSecurityAdmin,
  kAuditor,
  kCityOperator,
  kDistrictOperator,
  kStreetOperator,
  kCivilAffairsOfficer,
  kFinanceOfficer,
  kRequester,  ///< the unit that asks: street office, community, hospital, school
  kOrganizationManager,
  kTeamLeader,
  kMember,
  kIntegration,
  kService,  ///< another service of this system; never given to an account
};

/// "city_operator".
std::string_view Name(Role role);
std::optional<Role> RoleFromName(std::string_view name);
std::span<const Role> AllRoles();

}  // namespace muster
