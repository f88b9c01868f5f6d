#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <string>

namespace muster::testing {

/// Runs statements on a database file past every constraint of its schema. Nothing else may have the file open.
inline void RunPastConstraints(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &connection), SQLITE_OK);
  const std::string statements = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " + sql;
  char* problem = nullptr;
  EXPECT_EQ(sqlite3_exec(connection, statements.c_str(), nullptr, nullptr, &problem), SQLITE_OK)
      << (problem == nullptr ? "" : problem);
  sqlite3_free(problem);
  sqlite3_close(connection);
}

}  // namespace muster::testing
