#include "migration_plan.h"

#include "absl/status/status.h"
#include "digest.h"
#include "muster/base/text.h"

namespace muster::storage {
namespace {

std::string Label(std::string_view set, int64_t number) { return std::string(set) + " " + std::to_string(number); }

}  // namespace

absl::StatusOr<std::vector<PlannedStep>> PlanMigrations(std::span<const Migration> migrations,
                                                        std::string_view Migration::*text, AppliedSteps applied) {
  std::vector<PlannedStep> steps;
  for (const Migration& migration : migrations) {
    std::string checksum = ToHex(Sha256(migration.*text));
    const auto found = applied.find({std::string(migration.set), migration.number});
    if (found == applied.end()) {
      steps.push_back({&migration, migration.*text, std::move(checksum)});
      continue;
    }
    if (found->second.checksum != checksum) {
      return absl::FailedPreconditionError("schema step " + Label(migration.set, migration.number) +
                                           " was changed after it had run; use the program that made this database");
    }
    applied.erase(found);
  }
  for (const auto& [step, how] : applied) {
    if (!how.beside_before) {
      return absl::FailedPreconditionError("the database holds schema step " + Label(step.first, step.second) +
                                           ", which this program does not know; use a newer program");
    }
  }
  return steps;
}

}  // namespace muster::storage
