#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/storage/database.h"
#include "muster/storage/migration.h"

namespace muster::storage {

struct SqliteOptions {
  /// The file; its folder exists. The process holds a lock on "<file>.lock" as long as it is open.
  std::filesystem::path path;
  /// Commands that share one commit at most.
  size_t group_size = 128;
  /// Commands that may wait; more are refused with OVERLOADED.
  size_t queue_limit = 1024;
  /// Connections for queries.
  int readers = 4;
  const Clock* clock = &SystemClock();
  /// The SQLite VFS that reads and writes the file; empty: the system's. Tests pass one that loses power.
  std::string vfs;
  /// Not owned; may be null: then replies are stored as they are (tests).
  ReplyCipher* reply_cipher = nullptr;
  /// Called when the file can no longer be trusted (I/O error, corruption, failed sync); the process should end.
  std::function<void(const absl::Status&)> on_fatal;
};

/// Opens (or makes) a SQLite database and brings its schema up to date. WAL, synchronous=FULL, one write connection
/// that does all commits and checkpoints, read-only connections beside it; no other process may open the file
/// (SQLite 3.40 can corrupt a WAL that two connections reset at once).
/// Errors: ALREADY_RUNNING when another process holds the file; FAILED_PRECONDITION for a schema that is newer than
/// this program or was changed.
absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(SqliteOptions options, std::span<const Migration> migrations);

}  // namespace muster::storage
