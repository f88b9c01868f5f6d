#pragma once

#include <map>
#include <string>
#include <vector>

#include "muster/storage/database.h"

namespace muster::testing {

/// Everything that a database holds, as text that two moments can be compared by: each table with its rows, sorted.
class StoreDump {
 public:
  /// Looks up the tables and their columns; `database` must outlive it.
  explicit StoreDump(storage::Database& database);

  /// All rows of all tables. Fails the test when a query fails.
  std::string Take();

  /// The first line in which two dumps differ, for people; empty when they are equal.
  static std::string FirstDifference(const std::string& before, const std::string& after);

 private:
  storage::Database& database_;
  std::map<std::string, std::vector<std::string>> tables_;
};

}  // namespace muster::testing
