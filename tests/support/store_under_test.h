#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/storage/common_migrations.h"
#include "muster/storage/database.h"
#include "muster/storage/migration.h"
#include "muster/storage/sqlite_database.h"
#include "tests/support/temp_dir.h"

namespace muster::testing {

/// What a test may want of a database, whatever its kind.
struct StoreOptions {
  const Clock* clock = &SystemClock();
  storage::ReplyCipher* reply_cipher = nullptr;
};

/// One database of one kind, which a test can open again and again.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  /// Opens it as after a restart; what was opened before must be gone.
  virtual absl::StatusOr<std::unique_ptr<storage::Database>> Open(const StoreOptions& options,
                                                                  std::span<const storage::Migration> migrations) = 0;
};

class SqliteStore final : public StoreUnderTest {
 public:
  explicit SqliteStore(std::filesystem::path file)
      : file_(file.empty() ? folder_.path() / "test.db" : std::move(file)) {}

  absl::StatusOr<std::unique_ptr<storage::Database>> Open(const StoreOptions& options,
                                                          std::span<const storage::Migration> migrations) override {
    storage::SqliteOptions sqlite;
    sqlite.path = file_;
    sqlite.clock = options.clock;
    sqlite.reply_cipher = options.reply_cipher;
    return storage::OpenSqlite(std::move(sqlite), migrations);
  }

 private:
  TempDir folder_;
  const std::filesystem::path file_;
};

/// A kind of database: the list of store tests runs on each.
struct StoreKind {
  std::string name;
  /// `place` names the same database to several processes, one after the other; empty: a new one, gone with the object.
  std::unique_ptr<StoreUnderTest> (*make)(const std::filesystem::path& place);
};

/// Every kind that the product has.
inline const std::vector<StoreKind>& StoreKinds() {
  static const std::vector<StoreKind> kinds{{"Sqlite", [](const std::filesystem::path& place) {
                                               return std::unique_ptr<StoreUnderTest>(new SqliteStore(place));
                                             }}};
  return kinds;
}

/// The store on which tests of what lies above the store run.
inline std::unique_ptr<StoreUnderTest> NewStore(const std::filesystem::path& place = {}) {
  return StoreKinds().front().make(place);
}

/// The tables that every owner of data has, and its own.
inline std::vector<storage::Migration> OwnerMigrations(std::span<const storage::Migration> shared,
                                                       std::span<const storage::Migration> own) {
  return storage::Concatenate(storage::Concatenate(storage::common::Migrations(), shared), own);
}

}  // namespace muster::testing
