#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/registry/core/earth_point.h"
#include "services/registry/store/registry_store.h"

namespace muster::registry {

/// A page of a table in order of id, by any combination of conditions, in bounded time: the page is read from the
/// condition's index that has the fewest rows, and no more than kRowsLookedAt of them are looked at. Where nothing is
/// rare, a page may hold fewer rows than asked, or none, and the next one goes on.
///
/// Conditions name the columns of the table as r.<column>, and write '?' for each value.
class SearchQuery {
 public:
  static constexpr int64_t kRowsLookedAt = 500;

  /// `table`: organization, team or member. `search_table`: its searched texts and places; empty for none.
  SearchQuery(std::string table, std::string search_table, const PageStart& start);

  /// Only what the principal sees; `organization_column` names the row's organization: "r.organization_id".
  void OnlyVisible(const Principal& principal, const std::string& organization_column);
  /// Only where `condition` holds of the row, written for the bare table with the values of `scope` as parameters from
  /// the number on that it is given (see scope.h).
  void OnlyWhere(const std::vector<storage::Value>& scope, const std::function<std::string(int first)>& condition);
  /// Only at or below a district.
  void InDistrict(const std::string& district_path);
  /// Only where it holds.
  void Where(std::string_view condition, std::vector<storage::Value> values);
  /// As Where; an index on the condition's columns gives the rows in order of id.
  void WhereIndexed(std::string_view condition, std::vector<storage::Value> values);
  /// Only rows whose id is in `column` of rows of `table`, named d, that fulfil `condition`. An index on
  /// the condition's columns gives them in order of `column`.
  void Among(std::string table, std::string column, std::string condition, std::vector<storage::Value> values);
  /// Only with a text in its search form.
  void WithText(const std::string& form, const std::string& bigram_table);
  /// Only within `chord` decimetres of a point, in a straight line.
  void Near(const EarthPoint& point, int64_t chord);
  /// Only what is true of its search row, named s.
  void WhereSearched(std::string_view condition, std::vector<storage::Value> values);

  /// What a page is read as: `columns` of the table, then those of `joined` rows ("c.capability, c.level", "LEFT JOIN
  /// team_capability c ON c.team_id = p.id", ordered by "c.place"), one at least.
  struct Shape {
    std::string columns;
    std::string joined_columns;
    std::string join;
    std::string order;
  };
  /// Reads the page; `each` is called with every row of it, and of one object more where there are more.
  absl::Status Read(storage::Database& database, const Shape& shape,
                    const std::function<void(const storage::Row&)>& each);
  /// After Read: where the rows end that were looked at, when there may be more of them; else empty.
  const std::string& looked_until() const { return looked_until_; }

 private:
  /// Where ids can be read from.
  struct Source {
    std::string from;    ///< "team_bigram d CROSS JOIN team r"
    std::string column;  ///< of the id
    std::string condition;
    std::vector<storage::Value> values;
    bool is_in_order = true;       ///< its index gives the ids in order
    bool is_joined = false;        ///< `column` is that of another table
    bool is_search_row = false;    ///< which is the table of searched texts and places
    bool is_repeated = false;      ///< an id may have several rows
    bool is_pair = false;          ///< of those with a pair of characters of the text
    bool is_whole_number = false;  ///< of those whose number the text is; for a text that no name has
    int64_t rows = 0;              ///< after the page's start, at most kRowsLookedAt
    std::string last;              ///< the id of the last of them
  };

  void AddSource(std::string table, std::string column, std::string condition, std::vector<storage::Value> values,
                 bool is_in_order);
  absl::Status CountSources(storage::Database& database);
  const Source& Choose() const;
  std::string PageText(const Source& source, const std::string& columns, std::vector<storage::Value>& parameters) const;

  const std::string table_;
  const std::string search_table_;
  const PageStart start_;
  std::string conditions_;
  std::vector<storage::Value> values_;
  bool needs_search_row_ = false;
  std::vector<Source> sources_;
  std::string looked_until_;
};

}  // namespace muster::registry
