#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/storage/database.h"
#include "muster/storage/migration.h"

namespace muster::bench {

/// A database for a benchmark. What it commits is synced, as in production. Gone with the object.
class BenchStore {
 public:
  virtual ~BenchStore() = default;
  /// "SQLite", "PostgreSQL".
  virtual std::string kind() const = 0;
  /// The SQLite file, or how libpq connects.
  virtual std::string address() const = 0;
  /// Opens it; what was opened before must be gone. Ends the program when that fails.
  virtual std::unique_ptr<storage::Database> Open(std::span<const storage::Migration> migrations,
                                                  const Clock& clock = SystemClock(),
                                                  storage::ReplyCipher* reply_cipher = nullptr) = 0;
  /// Brings it to where the database itself would within minutes after a load: counted, and written to the disk.
  virtual void Settle() = 0;
  /// Another with the same content. It must not be open.
  virtual std::unique_ptr<BenchStore> Copy() = 0;
};

/// Makes an empty one. Those of one process in PostgreSQL share a server, which starts with the first.
std::unique_ptr<BenchStore> NewSqliteStore();
std::unique_ptr<BenchStore> NewPostgresStore();
/// One of each kind.
std::vector<std::unique_ptr<BenchStore>> NewStores();

/// The tables of an owner that has none of its own: for events alone.
std::vector<storage::Migration> EventMigrations();

}  // namespace muster::bench
