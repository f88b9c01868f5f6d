#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/config/server_settings.h"
#include "muster/storage/database.h"
#include "muster/storage/migration.h"

namespace muster::server {

/// Where the services keep their data, as set: a file each in the data folder, or a database each in PostgreSQL.
class Stores {
 public:
  struct Options {
    const Clock* clock = nullptr;
    storage::ReplyCipher* reply_cipher = nullptr;
    /// Called when a file can no longer be trusted.
    std::function<void(const absl::Status&)> on_fatal;
    /// True when the process is to end before it has started.
    std::function<bool()> stop_requested;
  };

  /// What the options point to must outlive it, and the settings as well.
  Stores(const config::ServerSettings& settings, Options options) : settings_(settings), options_(std::move(options)) {}

  /// Opens the database of a service, "dispatch". Waits for a PostgreSQL that does not answer yet, until a stop is
  /// requested. Errors as OpenSqlite and OpenPostgres; that of the password file.
  absl::StatusOr<std::unique_ptr<storage::Database>> Open(const std::string& service,
                                                          std::span<const storage::Migration> migrations) const;

 private:
  absl::StatusOr<std::unique_ptr<storage::Database>> OpenFile(const std::string& service,
                                                              std::span<const storage::Migration> migrations) const;
  absl::StatusOr<std::unique_ptr<storage::Database>> OpenServer(const std::string& service,
                                                                std::span<const storage::Migration> migrations) const;

  const config::ServerSettings& settings_;
  const Options options_;
};

}  // namespace muster::server
