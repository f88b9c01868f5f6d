#pragma once

#include <string>
#include <vector>

#include "muster/domain/principal.h"
#include "muster/storage/value.h"

namespace muster::registry {

/// What a principal sees: rows of a district and rows of an organization. Officials see their district, the side that
/// is mobilized its own organization, and everybody else nothing.
struct Scope {
  std::string district_path;    ///< empty: no district
  std::string organization_id;  ///< empty: no organization
};

Scope ScopeOf(const Principal& principal);

/// A condition over columns district_path and `organization_column` with four parameters from number `first` on, and
/// the values of them.
std::string ScopeCondition(const std::string& organization_column, int first);
void AppendScope(const Scope& scope, std::vector<storage::Value>& parameters);

/// The same with a fifth parameter, for the caller's account.
std::vector<storage::Value> MemberScope(const Principal& principal);
/// The same for what belongs to a person: who is no more than a member of an organization sees only their own.
std::vector<storage::Value> PersonalScope(const Principal& principal);
/// Members, by MemberScope: in scope, the caller themselves, in a team of the caller's organization or asking to be, or
/// with an application to it.
std::string MemberCondition(int first);
/// The next three by PersonalScope. Rows of `table` with columns member_id, organization_id and district_path (the
/// team's or drive's): in scope, or of a person in scope, or of the caller.
std::string AgreementCondition(const std::string& table, int first);
/// Certificates: of a person or a team in scope, or of the caller.
std::string CertificateCondition(int first);
/// Drives: open, or in scope.
std::string RecruitmentCondition(int first);

/// The texts between which the paths below `district_path` lie: its children sort from "path/" to before "path0".
std::string BelowFrom(const std::string& district_path);
std::string BelowUntil(const std::string& district_path);

}  // namespace muster::registry
