#pragma once

#include <string>

#include "muster/storage/table.h"

namespace muster::dispatch {

/// "SELECT <columns of the table> FROM <table> <rest>", in the order of the ids where `rest` names none: a command that
/// touches many rows tells of them in the same order on every store.
template <class T>
std::string Select(const storage::Table<T>& table, const std::string& rest) {
  const std::string order = rest.find("ORDER BY") == std::string::npos ? " ORDER BY id" : "";
  return "SELECT " + table.select_list() + " FROM " + table.name() + " " + rest + order;
}

}  // namespace muster::dispatch
