#pragma once

#include <span>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/storage/migration.h"
#include "sqlite_connection.h"

namespace muster::storage {

/// Runs the steps that have not run yet, each in a transaction of its own, and records its checksum.
/// Errors: FAILED_PRECONDITION when the file holds a step that this program does not know, or one with another text.
absl::Status Migrate(SqliteConnection& connection, std::span<const Migration> migrations, Time now);

}  // namespace muster::storage
