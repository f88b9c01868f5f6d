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

/// The texts between which the paths below `district_path` lie: its children sort from "path/" to before "path0".
std::string BelowFrom(const std::string& district_path);
std::string BelowUntil(const std::string& district_path);

}  // namespace muster::registry
