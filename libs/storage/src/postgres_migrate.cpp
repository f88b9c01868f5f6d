#include "postgres_migrate.h"

#include <string>
#include <vector>

#include "migration_plan.h"
#include "muster/base/failpoint.h"
#include "muster/base/status_macros.h"

namespace muster::storage {
namespace {

/// Runs one query and visits its rows.
absl::Status Run(PostgresConnection& connection, const Read& read) {
  MUSTER_ASSIGN_OR_RETURN(const auto results, connection.RoundTrip({{read.sql, &read.parameters}}));
  return results[0].ok() ? results[0].Visit(read.each) : PostgresError(results[0].result.get());
}

/// Lists are sorted by their ids, and must come in the same order from every kind of database.
absl::Status CheckCollation(PostgresConnection& connection) {
  bool fits = false;
  MUSTER_RETURN_IF_ERROR(
      Run(connection, Read{"SELECT 1 FROM pg_database WHERE datname = current_database() AND encoding = "
                           "pg_char_to_encoding('UTF8') AND datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8')",
                           {},
                           [&](const Row&) { fits = true; }}));
  return fits ? absl::OkStatus()
              : absl::FailedPreconditionError(
                    "the database must encode in UTF-8 and sort by bytes: CREATE DATABASE ... TEMPLATE template0 "
                    "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
}

absl::StatusOr<AppliedSteps> ReadApplied(PostgresConnection& connection) {
  MUSTER_RETURN_IF_ERROR(
      connection.Execute("CREATE TABLE IF NOT EXISTS migration (set_name TEXT NOT NULL, number BIGINT NOT NULL,"
                         " checksum TEXT NOT NULL, applied_us BIGINT NOT NULL, PRIMARY KEY (set_name, number));"
                         "ALTER TABLE migration ADD COLUMN IF NOT EXISTS beside_before BIGINT NOT NULL DEFAULT 0;"));
  AppliedSteps applied;
  MUSTER_RETURN_IF_ERROR(Run(
      connection, Read{"SELECT set_name, number, checksum, beside_before FROM migration", {}, [&](const Row& row) {
                         applied[{std::string(row.Text(0)), row.Int(1)}] = {std::string(row.Text(2)), row.Int(3) != 0};
                       }}));
  return applied;
}

absl::Status Apply(PostgresConnection& connection, const PlannedStep& step, Time now) {
  if (step.sql.empty()) {
    return absl::FailedPreconditionError("schema step " + std::string(step.migration->name) +
                                         " has no text for PostgreSQL");
  }
  MUSTER_RETURN_IF_ERROR(connection.Execute(std::string(step.sql)));
  Failpoint("K13");
  const std::vector<Value> values{std::string(step.migration->set), int64_t{step.migration->number}, step.checksum,
                                  ToMicros(now), int64_t{step.migration->beside_before}};
  MUSTER_ASSIGN_OR_RETURN(
      const auto results,
      connection.RoundTrip(
          {{"INSERT INTO migration (set_name, number, checksum, applied_us, beside_before) VALUES ($1, $2, $3, $4, $5)",
            &values}}));
  return results[0].ok() ? absl::OkStatus() : PostgresError(results[0].result.get());
}

absl::Status RunSteps(PostgresConnection& connection, std::span<const Migration> migrations, Time now) {
  MUSTER_ASSIGN_OR_RETURN(AppliedSteps applied, ReadApplied(connection));
  MUSTER_ASSIGN_OR_RETURN(const auto steps, PlanMigrations(migrations, &Migration::postgres, std::move(applied)));
  for (const PlannedStep& step : steps) {
    MUSTER_RETURN_IF_ERROR(Apply(connection, step, now));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrate(PostgresConnection& connection, std::span<const Migration> migrations, Time now) {
  MUSTER_RETURN_IF_ERROR(CheckCollation(connection));
  MUSTER_RETURN_IF_ERROR(connection.Execute(
      "BEGIN; SELECT pg_advisory_xact_lock(hashtext('muster migration'), hashtext(current_schema()));"));
  const absl::Status done = RunSteps(connection, migrations, now);
  if (done.ok()) {
    return connection.Execute("COMMIT;");
  }
  (void)connection.Execute("ROLLBACK;");
  return done;
}

}  // namespace muster::storage
