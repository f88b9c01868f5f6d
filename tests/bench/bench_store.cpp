#include "tests/bench/bench_store.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "muster/events/migrations.h"
#include "muster/storage/common_migrations.h"
#include "muster/storage/postgres_database.h"
#include "muster/storage/sqlite_database.h"
#include "tests/support/postgres_server.h"
#include "tests/support/temp_dir.h"

namespace muster::bench {
namespace {

std::unique_ptr<storage::Database> OrEnd(absl::StatusOr<std::unique_ptr<storage::Database>> opened) {
  if (!opened.ok()) {
    std::fprintf(stderr, "open: %s\n", std::string(opened.status().message()).c_str());
    std::exit(2);
  }
  return *std::move(opened);
}

class SqliteStore final : public BenchStore {
 public:
  std::string kind() const override { return "SQLite"; }
  std::string address() const override { return (folder_.path() / "bench.db").string(); }

  std::unique_ptr<storage::Database> Open(std::span<const storage::Migration> migrations, const Clock& clock,
                                          storage::ReplyCipher* reply_cipher) override {
    storage::SqliteOptions options;
    options.path = address();
    options.clock = &clock;
    options.reply_cipher = reply_cipher;
    return OrEnd(storage::OpenSqlite(std::move(options), migrations));
  }

  void Settle() override {}

  std::unique_ptr<BenchStore> Copy() override {
    auto copy = std::make_unique<SqliteStore>();
    std::filesystem::copy_file(address(), copy->address());
    return copy;
  }

 private:
  testing::TempDir folder_;
};

/// A database of the benchmark's server.
class PostgresStore final : public BenchStore {
 public:
  /// `content`: the database that it begins as.
  explicit PostgresStore(const std::string& content) : name_(NextName()) {
    Administer("CREATE DATABASE " + name_ + " TEMPLATE " + content);
  }
  ~PostgresStore() override { Administer("DROP DATABASE " + name_ + " WITH (FORCE)"); }

  std::string kind() const override { return "PostgreSQL"; }
  std::string address() const override { return Server().connection() + " dbname=" + name_; }

  std::unique_ptr<storage::Database> Open(std::span<const storage::Migration> migrations, const Clock& clock,
                                          storage::ReplyCipher* reply_cipher) override {
    storage::PostgresOptions options;
    options.address = address();
    options.clock = &clock;
    options.reply_cipher = reply_cipher;
    return OrEnd(storage::OpenPostgres(std::move(options), migrations));
  }

  void Settle() override {
    testing::RunSql(address(), "VACUUM ANALYZE");
    testing::RunSql(address(), "CHECKPOINT");
  }

  std::unique_ptr<BenchStore> Copy() override {
    auto copy = std::make_unique<PostgresStore>(name_);
    Administer("CHECKPOINT");  // what making it has left to write must not fall into the measurement
    return copy;
  }

 private:
  static const testing::PostgresServer& Server() {
    static const testing::PostgresServer server(testing::Durability::kSynced);
    return server;
  }
  static void Administer(const std::string& statement) {
    testing::RunSql(Server().connection() + " dbname=postgres", statement);
  }
  static std::string NextName() {
    static int made = 0;
    return fmt::format("bench_{}", ++made);
  }

  const std::string name_;
};

}  // namespace

std::unique_ptr<BenchStore> NewSqliteStore() { return std::make_unique<SqliteStore>(); }

/// "muster" has the extensions and nothing else.
std::unique_ptr<BenchStore> NewPostgresStore() { return std::make_unique<PostgresStore>("muster"); }

std::vector<std::unique_ptr<BenchStore>> NewStores() {
  std::vector<std::unique_ptr<BenchStore>> stores;
  stores.push_back(NewSqliteStore());
  stores.push_back(NewPostgresStore());
  return stores;
}

std::vector<storage::Migration> EventMigrations() {
  return storage::Concatenate(storage::common::Migrations(), events::Migrations());
}

}  // namespace muster::bench
