#include "sqlite_migrate.h"

#include <map>
#include <string>
#include <utility>

#include "digest.h"
#include "muster/base/failpoint.h"
#include "muster/base/status_macros.h"
#include "muster/base/text.h"

namespace muster::storage {
namespace {

using StepKey = std::pair<std::string, int64_t>;

std::string Label(std::string_view set, int64_t number) { return std::string(set) + " " + std::to_string(number); }

absl::StatusOr<std::map<StepKey, std::string>> AppliedSteps(SqliteConnection& connection) {
  MUSTER_RETURN_IF_ERROR(connection.Execute(
      "CREATE TABLE IF NOT EXISTS migration (set_name TEXT NOT NULL, number INTEGER NOT NULL,"
      " checksum TEXT NOT NULL, applied_us INTEGER NOT NULL, PRIMARY KEY (set_name, number)) STRICT;"));
  std::map<StepKey, std::string> applied;
  MUSTER_RETURN_IF_ERROR(
      connection.Run(Read{"SELECT set_name, number, checksum FROM migration", {}, [&](const Row& row) {
                            applied[{std::string(row.Text(0)), row.Int(1)}] = std::string(row.Text(2));
                          }}));
  return applied;
}

absl::Status Apply(SqliteConnection& connection, const Migration& migration, const std::string& checksum, Time now) {
  MUSTER_RETURN_IF_ERROR(connection.Step("BEGIN IMMEDIATE"));
  absl::Status done = connection.Execute(std::string(migration.sqlite).c_str());
  Failpoint("K13");
  if (done.ok()) {
    done =
        connection.Run(Write{"INSERT INTO migration (set_name, number, checksum, applied_us) VALUES ($1, $2, $3, $4)",
                             {std::string(migration.set), int64_t{migration.number}, checksum, ToMicros(now)},
                             1,
                             {}});
  }
  if (!done.ok()) {
    (void)connection.Step("ROLLBACK");
    return done;
  }
  return connection.Step("COMMIT");
}

}  // namespace

absl::Status Migrate(SqliteConnection& connection, std::span<const Migration> migrations, Time now) {
  MUSTER_ASSIGN_OR_RETURN(auto applied, AppliedSteps(connection));
  for (const Migration& migration : migrations) {
    const std::string checksum = ToHex(Sha256(migration.sqlite));
    const StepKey key(migration.set, migration.number);
    const auto found = applied.find(key);
    if (found == applied.end()) {
      MUSTER_RETURN_IF_ERROR(Apply(connection, migration, checksum, now));
      continue;
    }
    if (found->second != checksum) {
      return absl::FailedPreconditionError("schema step " + Label(key.first, key.second) +
                                           " was changed after it had run; use the program that wrote this file");
    }
    applied.erase(found);
  }
  if (!applied.empty()) {
    const StepKey& unknown = applied.begin()->first;
    return absl::FailedPreconditionError("the file holds schema step " + Label(unknown.first, unknown.second) +
                                         ", which this program does not know; use a newer program");
  }
  return absl::OkStatus();
}

}  // namespace muster::storage
