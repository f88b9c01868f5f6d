#include "tests/support/store_dump.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string_view>

#include "absl/strings/escaping.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_under_test.h"

namespace muster::testing {
namespace {

using Rows = std::vector<std::string>;

constexpr std::string_view kSqliteColumns =
    "SELECT one.name, part.name FROM sqlite_master one, pragma_table_info(one.name) part "
    "WHERE one.type = 'table' AND one.name NOT LIKE 'sqlite_%'";
constexpr std::string_view kPostgresColumns =
    "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_schema "
    "= current_schema()";

/// The same text at an address that lives as long as the program, as statements must.
std::string_view Keep(const std::string& text) {
  static std::set<std::string> texts;
  return *texts.insert(text).first;
}

std::string SelectAll(const std::string& table, const std::vector<std::string>& columns) {
  std::string sql;
  for (const std::string& column : columns) {
    sql += (sql.empty() ? "SELECT " : ", ") + column;
  }
  return sql + " FROM " + table;
}

std::string TextOf(const storage::Row& row, const std::vector<std::string>& columns) {
  std::string text;
  for (size_t i = 0; i < columns.size(); ++i) {
    const int at = static_cast<int>(i);
    text += columns[i] + "=";
    text += row.IsNull(at) ? "null" : "'" + absl::Utf8SafeCHexEscape(std::string(row.Text(at))) + "'";
    text += ' ';
  }
  return text;
}

}  // namespace

StoreDump::StoreDump(storage::Database& database) : database_(database) {
  const std::string_view sql = KindOfStore().name == "Sqlite" ? kSqliteColumns : kPostgresColumns;
  EXPECT_OK(database_.Query(storage::Read{
      sql, {}, [&](const storage::Row& row) { tables_[std::string(row.Text(0))].emplace_back(row.Text(1)); }}));
  EXPECT_FALSE(tables_.empty());
}

std::string StoreDump::Take() {
  std::map<std::string, Rows> found;
  std::vector<storage::Read> reads;
  for (const auto& [table, columns] : tables_) {
    Rows& rows = found[table];
    reads.push_back({Keep(SelectAll(table, columns)), {}, [&rows, &list = columns](const storage::Row& row) {
                       rows.push_back(TextOf(row, list));
                     }});
  }
  EXPECT_OK(database_.Query(reads));
  std::string dump;
  for (auto& [table, rows] : found) {
    std::sort(rows.begin(), rows.end());
    for (const std::string& row : rows) {
      dump += table + ": " + row + '\n';
    }
  }
  return dump;
}

std::string StoreDump::FirstDifference(const std::string& before, const std::string& after) {
  std::istringstream left(before);
  std::istringstream right(after);
  std::string one;
  std::string other;
  for (;;) {
    const bool more = static_cast<bool>(std::getline(left, one));
    const bool other_more = static_cast<bool>(std::getline(right, other));
    if (!more && !other_more) {
      return "";
    }
    if (!more || !other_more || one != other) {
      return (more ? one : "nothing") + " became " + (other_more ? other : "nothing");
    }
  }
}

}  // namespace muster::testing
