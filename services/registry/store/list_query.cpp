#include "services/registry/store/list_query.h"

#include "services/registry/store/kept_text.h"
#include "services/registry/store/scope.h"

namespace muster::registry {

ListQuery::ListQuery(std::string table, const PageStart& start)
    : table_(std::move(table)), conditions_("id > $1"), parameters_{start.after, int64_t{start.limit} + 1} {}

std::string ListQuery::Parameter(storage::Value value) {
  parameters_.push_back(std::move(value));
  return "$" + std::to_string(parameters_.size());
}

void ListQuery::Where(std::string_view condition, storage::Value value) {
  const size_t mark = condition.find('?');
  conditions_ += " AND " + std::string(condition.substr(0, mark)) + Parameter(std::move(value)) +
                 std::string(condition.substr(mark + 1));
}

void ListQuery::InDistrict(const std::string& district_path) {
  const std::string own = Parameter(district_path);
  const std::string from = Parameter(BelowFrom(district_path));
  const std::string until = Parameter(BelowUntil(district_path));
  conditions_ +=
      " AND (district_path = " + own + " OR (district_path >= " + from + " AND district_path < " + until + "))";
}

void ListQuery::OnlyVisible(const Principal& principal, const std::string& organization_column) {
  const Scope scope = ScopeOf(principal);
  if (scope.district_path.empty()) {
    Where(organization_column + " = ?", scope.organization_id);
    conditions_ += scope.organization_id.empty() ? " AND 1 = 0" : "";
  } else if (scope.organization_id.empty()) {
    InDistrict(scope.district_path);
  } else {
    const int first = static_cast<int>(parameters_.size()) + 1;
    AppendScope(scope, parameters_);
    conditions_ += " AND " + ScopeCondition(organization_column, first);
  }
}

void ListQuery::OnlyWhere(std::vector<storage::Value> scope, const std::function<std::string(int first)>& condition) {
  const int first = static_cast<int>(parameters_.size()) + 1;
  for (storage::Value& value : scope) {
    parameters_.push_back(std::move(value));
  }
  conditions_ += " AND " + condition(first);
}

std::string ListQuery::Text(const std::string& columns) const {
  return "SELECT " + columns + " FROM " + table_ + " WHERE " + conditions_ + " ORDER BY id LIMIT $2";
}

std::string_view ListQuery::Select(const std::string& columns) const { return KeptText(Text(columns)); }

std::string_view ListQuery::Around(const std::string& before, const std::string& after) const {
  return KeptText(before + " (" + Text("id") + ") " + after);
}

}  // namespace muster::registry
