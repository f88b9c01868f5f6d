#include "sqlite_migrate.h"

#include <string>

#include "migration_plan.h"
#include "muster/base/failpoint.h"
#include "muster/base/status_macros.h"

namespace muster::storage {
namespace {

/// The table of the steps that have run; its last column came later than the table.
absl::Status MakeTable(SqliteConnection& connection) {
  MUSTER_RETURN_IF_ERROR(connection.Execute(
      "CREATE TABLE IF NOT EXISTS migration (set_name TEXT NOT NULL, number INTEGER NOT NULL,"
      " checksum TEXT NOT NULL, applied_us INTEGER NOT NULL, PRIMARY KEY (set_name, number)) STRICT;"));
  bool whole = false;
  MUSTER_RETURN_IF_ERROR(connection.Run(
      Read{"SELECT 1 FROM pragma_table_info('migration') WHERE name = 'beside_before'", {}, [&](const auto&) {
             whole = true;
           }}));
  return whole ? absl::OkStatus()
               : connection.Execute("ALTER TABLE migration ADD COLUMN beside_before INTEGER NOT NULL DEFAULT 0;");
}

absl::StatusOr<AppliedSteps> ReadApplied(SqliteConnection& connection) {
  MUSTER_RETURN_IF_ERROR(MakeTable(connection));
  AppliedSteps applied;
  MUSTER_RETURN_IF_ERROR(connection.Run(
      Read{"SELECT set_name, number, checksum, beside_before FROM migration", {}, [&](const Row& row) {
             applied[{std::string(row.Text(0)), row.Int(1)}] = {std::string(row.Text(2)), row.Int(3) != 0};
           }}));
  return applied;
}

absl::Status Apply(SqliteConnection& connection, const PlannedStep& step, Time now) {
  MUSTER_RETURN_IF_ERROR(connection.Step("BEGIN IMMEDIATE"));
  absl::Status done = connection.Execute(std::string(step.sql).c_str());
  Failpoint("K13");
  if (done.ok()) {
    done = connection.Run(Write{
        "INSERT INTO migration (set_name, number, checksum, applied_us, beside_before) VALUES ($1, $2, $3, $4, $5)",
        {std::string(step.migration->set), int64_t{step.migration->number}, step.checksum, ToMicros(now),
         int64_t{step.migration->beside_before}},
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
