#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/storage/command.h"

namespace muster::storage {

/// What a failed SQLite call means for the caller, by its extended result code. Never holds bound values.
absl::Status SqliteError(int extended_code);
/// True when the file or the disk under it can no longer be trusted.
bool IsFatal(int extended_code);

/// One connection with its cache of prepared statements. For one thread at a time.
class SqliteConnection {
 public:
  /// `vfs` names a registered SQLite VFS; empty: the system's.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(const std::filesystem::path& path, bool read_only,
                                                                const std::string& vfs = {});
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  /// Runs a query to its end.
  absl::Status Run(const Read& read);
  /// Runs a change; checks the number of rows.
  absl::Status Run(const Write& write);
  /// Runs one or several statements without parameters.
  absl::Status Execute(const char* sql);
  /// BEGIN, SAVEPOINT and the like: one statement from the cache.
  absl::Status Step(std::string_view sql);

  /// False outside BEGIN and COMMIT, and when SQLite gave a transaction up by itself.
  bool InTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }
  int last_error() const { return last_error_; }

 private:
  explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}
  absl::StatusOr<sqlite3_stmt*> Prepare(std::string_view sql);
  absl::Status Bind(sqlite3_stmt* statement, const std::vector<Value>& parameters);
  absl::Status Failed();

  sqlite3* handle_;
  int last_error_ = SQLITE_OK;
  std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
};

}  // namespace muster::storage
