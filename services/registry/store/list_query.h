#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "muster/domain/principal.h"
#include "muster/storage/value.h"
#include "services/registry/store/registry_store.h"

namespace muster::registry {

/// Builds the statement of one page: conditions are added only where there is something to ask, so that each
/// combination gets the index that serves it. The number of combinations is small and each text is kept for the
/// statement cache.
class ListQuery {
 public:
  /// A page of `table`, in order of id.
  ListQuery(std::string table, const PageStart& start);

  /// Only what the principal sees; `organization_column` names the row's organization.
  void OnlyVisible(const Principal& principal, const std::string& organization_column);
  /// Only what `condition` says of the parameters `scope`, numbered from `first` on.
  void OnlyWhere(std::vector<storage::Value> scope, const std::function<std::string(int first)>& condition);
  /// Only at or below a district.
  void InDistrict(const std::string& district_path);
  /// `condition` holds a '?' for the value: "state = ?".
  void Where(std::string_view condition, storage::Value value);

  /// SELECT `columns` of the page and of one row more.
  std::string_view Select(const std::string& columns) const;
  /// `before` + (SELECT id ... of the page and of one row more) + `after`: for rows that belong to the page's.
  std::string_view Around(const std::string& before, const std::string& after) const;
  std::vector<storage::Value> parameters() const { return parameters_; }

 private:
  std::string Text(const std::string& columns) const;
  std::string Parameter(storage::Value value);

  std::string table_;
  std::string conditions_;
  std::vector<storage::Value> parameters_;
};

}  // namespace muster::registry
