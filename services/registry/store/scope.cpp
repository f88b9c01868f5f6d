#include "services/registry/store/scope.h"

namespace muster::registry {

Scope ScopeOf(const Principal& principal) {
  Scope scope;
  if (principal.IsOfficial()) {
    scope.district_path = principal.district_path;
  }
  if (principal.Has(Role::kOrganizationManager) || principal.Has(Role::kTeamLeader) || principal.Has(Role::kMember) ||
      principal.Has(Role::kRequester)) {
    scope.organization_id = principal.organization_id.value();
  }
  return scope;
}

std::string ScopeCondition(const std::string& organization_column, int first) {
  const auto parameter = [first](int offset) { return "$" + std::to_string(first + offset); };
  return "((" + parameter(0) + " <> '' AND (district_path = " + parameter(0) + " OR (district_path >= " + parameter(1) +
         " AND district_path < " + parameter(2) + "))) OR (" + parameter(3) + " <> '' AND " + organization_column +
         " = " + parameter(3) + "))";
}

void AppendScope(const Scope& scope, std::vector<storage::Value>& parameters) {
  parameters.emplace_back(scope.district_path);
  parameters.emplace_back(BelowFrom(scope.district_path));
  parameters.emplace_back(BelowUntil(scope.district_path));
  parameters.emplace_back(scope.organization_id);
}

std::string BelowFrom(const std::string& district_path) { return district_path + "/"; }
std::string BelowUntil(const std::string& district_path) { return district_path + "0"; }

}  // namespace muster::registry
