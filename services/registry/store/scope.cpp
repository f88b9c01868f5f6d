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

std::vector<storage::Value> MemberScope(const Principal& principal) {
  std::vector<storage::Value> parameters;
  AppendScope(ScopeOf(principal), parameters);
  parameters.emplace_back(principal.account_id.value());
  return parameters;
}

std::vector<storage::Value> PersonalScope(const Principal& principal) {
  std::vector<storage::Value> parameters;
  Scope scope = ScopeOf(principal);
  if (!principal.Has(Role::kOrganizationManager) && !principal.Has(Role::kTeamLeader)) {
    scope.organization_id.clear();
  }
  AppendScope(scope, parameters);
  parameters.emplace_back(principal.account_id.value());
  return parameters;
}

std::string MemberCondition(int first) {
  const std::string organization = "$" + std::to_string(first + 3);
  const std::string account = "$" + std::to_string(first + 4);
  return "(" + ScopeCondition("organization_id", first) + " OR (account_id <> '' AND account_id = " + account +
         ") OR (" + organization +
         " <> '' AND (EXISTS (SELECT 1 FROM member_team mt JOIN team ON team.id = mt.team_id WHERE mt.member_id = "
         "member.id AND team.organization_id = " +
         organization +
         ") OR EXISTS (SELECT 1 FROM membership ms WHERE ms.member_id = member.id AND ms.state = 'asked' AND "
         "ms.asked_by_team = 0 AND ms.organization_id = " +
         organization +
         ") OR EXISTS (SELECT 1 FROM application a WHERE a.member_id = member.id AND a.state IN ('applied', "
         "'accepted') "
         "AND a.organization_id = " +
         organization + "))))";
}

std::string AgreementCondition(const std::string& table, int first) {
  return "(" + ScopeCondition("organization_id", first) +
         " OR EXISTS (SELECT 1 FROM member WHERE member.id = " + table + ".member_id AND (" +
         ScopeCondition("member.organization_id", first) + " OR (account_id <> '' AND account_id = $" +
         std::to_string(first + 4) + "))))";
}

std::string CertificateCondition(int first) {
  return "(EXISTS (SELECT 1 FROM member WHERE member.id = certificate.member_id AND (" +
         ScopeCondition("organization_id", first) + " OR (account_id <> '' AND account_id = $" +
         std::to_string(first + 4) + "))) OR EXISTS (SELECT 1 FROM team WHERE team.id = certificate.team_id AND " +
         ScopeCondition("organization_id", first) + "))";
}

std::string RecruitmentCondition(int first) {
  return "(state = 'open' OR " + ScopeCondition("organization_id", first) + ")";
}

std::string BelowFrom(const std::string& district_path) { return district_path + "/"; }
std::string BelowUntil(const std::string& district_path) { return district_path + "0"; }

}  // namespace muster::registry
