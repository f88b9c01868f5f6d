#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/storage/migration.h"

namespace muster::storage {

/// The steps that a database has run: set and number, and the checksum of the text.
using AppliedSteps = std::map<std::pair<std::string, int64_t>, std::string>;

/// A step that has not run yet.
struct PlannedStep {
  const Migration* migration;
  std::string_view sql;
  std::string checksum;
};

/// Which steps are still to run; `text` names the texts of the database's kind.
/// Errors: FAILED_PRECONDITION when the database holds a step that this program does not know, or one with another
/// text.
absl::StatusOr<std::vector<PlannedStep>> PlanMigrations(std::span<const Migration> migrations,
                                                        std::string_view Migration::*text, AppliedSteps applied);

}  // namespace muster::storage
