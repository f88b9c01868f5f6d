#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/storage/database.h"
#include "muster/storage/migration.h"

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
  /// Runs a script past every constraint of the schema. The database must be closed.
  virtual absl::Status RunPastConstraints(const std::string& script) = 0;
};

/// A kind of database: the list of store tests runs on each.
struct StoreKind {
  std::string name;  ///< "Sqlite", "Postgres"
  /// `place` names the same database to several processes, one after the other; empty: a new one.
  std::unique_ptr<StoreUnderTest> (*make)(const std::filesystem::path& place);
};

/// Every kind that the product has.
const std::vector<StoreKind>& StoreKinds();

/// The kind of store on which tests of what lies above the store run: the first, or what MUSTER_TEST_STORE names. Their
/// programs are run once for each kind.
const StoreKind& KindOfStore();
std::unique_ptr<StoreUnderTest> NewStore(const std::filesystem::path& place = {});

/// Takes away what the schema itself refuses (changes of the audit trail and of the outbox, overlapping bookings, wrong
/// values), so that a test can plant what must be found.
absl::Status DropGuards(storage::Database& database);

/// The tables that every owner of data has, and its own.
std::vector<storage::Migration> OwnerMigrations(std::span<const storage::Migration> shared,
                                                std::span<const storage::Migration> own);

}  // namespace muster::testing
