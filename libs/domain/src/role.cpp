#include "muster/domain/role.h"

#include <array>

namespace muster {
namespace {

constexpr std::array<std::string_view, 14> kNames{"system_admin",
                                                  "security_admin",
                                                  "auditor",
                                                  "city_operator",
                                                  "district_operator",
                                                  "street_operator",
                                                  "civil_affairs_officer",
                                                  "finance_officer",
                                                  "requester",
                                                  "organization_manager",
                                                  "team_leader",
                                                  "member",
                                                  "integration",
                                                  "service"};
constexpr std::array<Role, 14> kRoles{Role::kSystemAdmin,         Role::kSecurityAdmin,    Role::kAuditor,
                                      Role::kCityOperator,        Role::kDistrictOperator, Role::kStreetOperator,
                                      Role::kCivilAffairsOfficer, Role::kFinanceOfficer,   Role::kRequester,
                                      Role::kOrganizationManager, Role::kTeamLeader,       Role::kMember,
                                      Role::kIntegration,         Role::kService};

}  // namespace

std::string_view Name(Role role) { return kNames[static_cast<size_t>(role)]; }

std::optional<Role> RoleFromName(std::string_view name) {
  for (const Role role : kRoles) {
    if (Name(role) == name) {
      return role;
    }
  }
  return std::nullopt;
}

std::span<const Role> AllRoles() { return kRoles; }

}  // namespace muster
