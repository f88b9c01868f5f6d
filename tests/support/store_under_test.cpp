#include "tests/support/store_under_test.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <utility>

#include "muster/storage/common_migrations.h"
#include "muster/storage/postgres_database.h"
#include "muster/storage/sqlite_database.h"
#include "tests/support/postgres_server.h"
#include "tests/support/temp_dir.h"

namespace muster::testing {
namespace {

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

/// A schema in the database of the tests' server; it goes with the server.
class PostgresStore final : public StoreUnderTest {
 public:
  explicit PostgresStore(const std::filesystem::path& place)
      : address_(AddressOfSchema("test_" + (place.empty() ? NextName() : NameOf(place)))) {}

  absl::StatusOr<std::unique_ptr<storage::Database>> Open(const StoreOptions& options,
                                                          std::span<const storage::Migration> migrations) override {
    storage::PostgresOptions postgres;
    postgres.address = address_;
    postgres.readers = 2;
    postgres.clock = options.clock;
    postgres.reply_cipher = options.reply_cipher;
    return storage::OpenPostgres(std::move(postgres), migrations);
  }

 private:
  static std::string NextName() {
    static int made = 0;
    return std::to_string(getpid()) + "_" + std::to_string(++made);
  }
  static std::string NameOf(const std::filesystem::path& place) {
    return "at_" + std::to_string(std::hash<std::string>()(place.string()));
  }

  const std::string address_;
};

template <class Store>
std::unique_ptr<StoreUnderTest> Make(const std::filesystem::path& place) {
  return std::make_unique<Store>(place);
}

}  // namespace

const std::vector<StoreKind>& StoreKinds() {
  static const std::vector<StoreKind> kinds{{"Sqlite", Make<SqliteStore>}, {"Postgres", Make<PostgresStore>}};
  return kinds;
}

const StoreKind& KindOfStore() {
  const char* wanted = std::getenv("MUSTER_TEST_STORE");
  for (const StoreKind& kind : StoreKinds()) {
    if (wanted == nullptr || kind.name == wanted) {
      return kind;
    }
  }
  std::fprintf(stderr, "MUSTER_TEST_STORE: there is no store called %s\n", wanted);
  std::abort();
}

std::unique_ptr<StoreUnderTest> NewStore(const std::filesystem::path& place) { return KindOfStore().make(place); }

std::vector<storage::Migration> OwnerMigrations(std::span<const storage::Migration> shared,
                                                std::span<const storage::Migration> own) {
  return storage::Concatenate(storage::Concatenate(storage::common::Migrations(), shared), own);
}

}  // namespace muster::testing
