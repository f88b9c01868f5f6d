#include "services/registry/store/insert_rows.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "services/registry/store/kept_text.h"

namespace muster::registry {
namespace {

using storage::Value;

/// How many rows a statement may have: few numbers, so that few statements are prepared.
constexpr size_t kRowCounts[] = {100, 10, 1};

std::string_view InsertOf(std::string_view into, size_t columns, size_t rows) {
  std::string sql = "INSERT INTO " + std::string(into) + " VALUES ";
  size_t parameter = 0;
  for (size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(" : ", (";
    for (size_t column = 0; column < columns; ++column) {
      sql += (column == 0 ? "$" : ", $") + std::to_string(++parameter);
    }
    sql += ")";
  }
  return KeptText(sql + " ON CONFLICT DO NOTHING");
}

}  // namespace

void InsertRows(std::string_view into, size_t columns, std::vector<Value> values, std::vector<storage::Write>& writes) {
  auto at = values.begin();
  for (const size_t rows : kRowCounts) {
    const auto length = static_cast<std::ptrdiff_t>(rows * columns);
    if (values.end() - at < length) {
      continue;
    }
    const std::string_view sql = InsertOf(into, columns, rows);
    for (; values.end() - at >= length; at += length) {
      writes.push_back({sql, {std::move_iterator(at), std::move_iterator(at + length)}, -1, {}});
    }
  }
}

}  // namespace muster::registry
