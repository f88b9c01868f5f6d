#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/storage/database.h"
#include "muster/storage/migration.h"

namespace muster::storage {

struct PostgresOptions {
  /// A connection string or URI of libpq: one database (or schema, by search_path) for each service. Several hosts may
  /// be named; the primary among them is used.
  std::string address;
  /// What the server calls our connections: "muster-dispatch".
  std::string name = "muster";
  /// Commands that share one commit at most.
  size_t group_size = 128;
  /// Commands that may wait; more are refused with OVERLOADED.
  size_t queue_limit = 1024;
  /// Connections for queries.
  int readers = 4;
  /// How long commands wait for a server that went away before they are refused with STORE_BUSY.
  Duration patience = std::chrono::seconds(3);
  Duration statement_timeout = std::chrono::seconds(10);
  const Clock* clock = &SystemClock();
  /// Not owned; may be null: then replies are stored as they are (tests).
  ReplyCipher* reply_cipher = nullptr;
};

/// Opens a service's database in PostgreSQL 15 or newer and brings its schema up to date. Any number of processes may
/// open it: their groups of commands take turns (an advisory lock for the length of a transaction), so that commands
/// decide on the same facts, and number events in the order of their commits, as in one process. A command
/// is one round trip, a group one commit.
/// A connection that breaks is opened again. A group that was under way is run once more: its commands find their
/// stored replies if it had been committed, and the lock makes sure that the old transaction is over by then.
/// Errors: STORE_BUSY when the server does not answer; FAILED_PRECONDITION when it refuses us, for a schema that is
/// newer than this program or was changed, and for a database that does not encode in UTF-8 or sort by bytes.
absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(PostgresOptions options, std::span<const Migration> migrations);

}  // namespace muster::storage
