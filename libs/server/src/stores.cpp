#include "stores.h"

#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/storage/postgres_database.h"
#include "muster/storage/sqlite_database.h"
#include "muster/telemetry/log.h"

namespace muster::server {
namespace {

constexpr auto kPause = std::chrono::milliseconds(500);

/// A value of libpq's connection strings.
std::string Quoted(const std::string& value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace

absl::StatusOr<std::unique_ptr<storage::Database>> Stores::Open(const std::string& service,
                                                                std::span<const storage::Migration> migrations) const {
  return settings_.storage_mode == "postgres" ? OpenServer(service, migrations) : OpenFile(service, migrations);
}

absl::StatusOr<std::unique_ptr<storage::Database>> Stores::OpenFile(
    const std::string& service, std::span<const storage::Migration> migrations) const {
  storage::SqliteOptions sqlite;
  sqlite.path = std::filesystem::path(settings_.data_dir) / "db" / (service + ".db");
  sqlite.clock = options_.clock;
  sqlite.reply_cipher = options_.reply_cipher;
  sqlite.on_fatal = options_.on_fatal;
  return storage::OpenSqlite(std::move(sqlite), migrations);
}

absl::StatusOr<std::unique_ptr<storage::Database>> Stores::OpenServer(
    const std::string& service, std::span<const storage::Migration> migrations) const {
  MUSTER_ASSIGN_OR_RETURN(const std::string password, config::ReadSecretFile(settings_.storage_password_file));
  storage::PostgresOptions postgres;
  postgres.address = settings_.storage_connection + " dbname=" + settings_.storage_database_prefix + service;
  if (!password.empty()) {
    postgres.address += " password=" + Quoted(password);
  }
  postgres.name = "muster-" + service;
  postgres.clock = options_.clock;
  postgres.reply_cipher = options_.reply_cipher;
  for (;;) {
    auto database = storage::OpenPostgres(postgres, migrations);
    if (database.ok() || !HasReason(database.status(), Reason::kStoreBusy) || options_.stop_requested()) {
      return database;
    }
    telemetry::LogWarning("waiting for the database", {{"store", postgres.name}});
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace muster::server
