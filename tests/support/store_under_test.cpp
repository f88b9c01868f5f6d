#include "tests/support/store_under_test.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

/// What a PostgreSQL schema checks but for its keys.
constexpr std::string_view kDropConstraints =
    "DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS place, conname FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'f', 'x') LOOP "
    "EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.place, c.conname); END LOOP; END $$;";

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

  absl::Status RunPastConstraints(const std::string& script) override {
    sqlite3* connection = nullptr;
    sqlite3_open(file_.c_str(), &connection);
    const std::string statements = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " + script;
    const int done = sqlite3_exec(connection, statements.c_str(), nullptr, nullptr, nullptr);
    sqlite3_close(connection);
    return done == SQLITE_OK ? absl::OkStatus() : absl::InternalError(script);
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

  absl::Status RunPastConstraints(const std::string& script) override {
    RunSql(address_, std::string(kDropConstraints) + script);
    return absl::OkStatus();
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

constexpr auto kSqliteGuards = std::to_array<std::string_view>({
    "DROP TRIGGER IF EXISTS audit_refuses_update",
    "DROP TRIGGER IF EXISTS audit_refuses_delete",
    "DROP TRIGGER IF EXISTS audit_link_refuses_update",
    "DROP TRIGGER IF EXISTS audit_link_refuses_delete",
    "DROP TRIGGER IF EXISTS outbox_refuses_update",
    "DROP TRIGGER IF EXISTS booking_overlap_insert",
    "DROP TRIGGER IF EXISTS booking_overlap_update",
    "PRAGMA ignore_check_constraints = ON",
});
constexpr auto kPostgresGuards = std::to_array<std::string_view>({
    "DROP TRIGGER IF EXISTS audit_refuses_change ON audit",
    "DROP TRIGGER IF EXISTS audit_link_refuses_change ON audit_link",
    "DROP TRIGGER IF EXISTS outbox_refuses_update ON outbox",
    kDropConstraints,
});

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

absl::Status DropGuards(storage::Database& database) {
  return database
      .Run(storage::MakeCommand(
          nullptr,
          [](Time, storage::Changes& changes) {
            const auto add = [&](std::string_view sql) { changes.writes.push_back({sql, {}, -1, {}}); };
            KindOfStore().name == "Sqlite" ? std::for_each(kSqliteGuards.begin(), kSqliteGuards.end(), add)
                                           : std::for_each(kPostgresGuards.begin(), kPostgresGuards.end(), add);
            return absl::OkStatus();
          }))
      .status();
}

std::vector<storage::Migration> OwnerMigrations(std::span<const storage::Migration> shared,
                                                std::span<const storage::Migration> own) {
  return storage::Concatenate(storage::Concatenate(storage::common::Migrations(), shared), own);
}

}  // namespace muster::testing
