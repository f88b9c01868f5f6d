#include "sqlite_migrate.h"

#include <string>

#include "migration_plan.h"
#include "muster/base/failpoint.h"
#include "muster/base/status_macros.h"

namespace muster::storage {
namespace {

absl::StatusOr<AppliedSteps> ReadApplied(SqliteConnection& connection) {
  MUSTER_RETURN_IF_ERROR(connection.Execute(
      "CREATE TABLE IF NOT EXISTS migration (set_name TEXT NOT NULL, number INTEGER NOT NULL,"
      " checksum TEXT NOT NULL, applied_us INTEGER NOT NULL, PRIMARY KEY (set_name, number)) STRICT;"));
  AppliedSteps applied;
  MUSTER_RETURN_IF_ERROR(
      connection.Run(Read{"SELECT set_name, number, checksum FROM migration", {}, [&](const Row& row) {
                            applied[{std::string(row.Text(0)), row.Int(1)}] = std::string(row.Text(2));
                          }}));
  return applied;
}

absl::Status Apply(SqliteConnection& connection, const PlannedStep& step, Time now) {
  MUSTER_RETURN_IF_ERROR(connection.Step("BEGIN IMMEDIATE"));
  absl::Status done = connection.Execute(std::string(step.sql).c_str());
  Failpoint("K13");
  if (done.ok()) {
    done = connection.Run(
        Write{"INSERT INTO migration (set_name, number, checksum, applied_us) VALUES ($1, $2, $3, $4)",
              {std::string(step.migration->set), int64_t{step.migration->number}, step.checksum, ToMicros(now)},
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
  MUSTER_ASSIGN_OR_RETURN(AppliedSteps applied, ReadApplied(connection));
  MUSTER_ASSIGN_OR_RETURN(const auto steps, PlanMigrations(migrations, &Migration::sqlite, std::move(applied)));
  for (const PlannedStep& step : steps) {
    MUSTER_RETURN_IF_ERROR(Apply(connection, step, now));
  }
  return absl::OkStatus();
}

}  // namespace muster::storage
