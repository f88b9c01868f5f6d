#pragma once

#include <span>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/storage/migration.h"
#include "postgres_connection.h"

namespace muster::storage {

/// Runs the steps that have not run yet, all in one transaction, and records their checksums. Of several processes that
/// start at once one does it and the others wait.
/// Errors: as PlanMigrations; FAILED_PRECONDITION when the database does not encode in UTF-8 or does not sort by bytes;
/// STORE_BUSY.
absl::Status Migrate(PostgresConnection& connection, std::span<const Migration> migrations, Time now);

}  // namespace muster::storage
