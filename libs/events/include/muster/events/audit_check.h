#pragma once

#include <functional>
#include <string>
#include <utility>

#include "muster/storage/table.h"

namespace muster::events {

/// Compares every row of `table` with the last audit record of its object: hash and version must agree (invariant I4).
/// `checked` is called with every object's id and whether it agrees. `table` must live as long as the program.
template <class T>
storage::Read CheckAgainstAudit(const storage::Table<T>& table,
                                std::function<void(const std::string& id, bool agrees)> checked) {
  static const std::string sql = [&table] {
    const std::string last =
        " FROM audit WHERE object_id = " + table.name() + ".id AND object_version > 0 ORDER BY row_id DESC LIMIT 1)";
    return "SELECT " + table.select_list() + ", (SELECT after_hash" + last + ", (SELECT object_version" + last +
           " FROM " + table.name();
  }();
  return {sql, {}, [&table, checked = std::move(checked)](const storage::Row& row) {
            const T object = table.Parse(row);
            checked(std::string(row.Text(0)),
                    row.Text(table.size()) == table.Hash(object) && row.Int(table.size() + 1) == object.version);
          }};
}

}  // namespace muster::events
