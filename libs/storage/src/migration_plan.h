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

/// A step that a database has run.
struct AppliedStep {
  std::string checksum;  ///< of the text
  bool beside_before;    ///< the version before the one that ran it can work with it
};

/// By set and number.
using AppliedSteps = std::map<std::pair<std::string, int64_t>, AppliedStep>;

/// A step that has not run yet.
struct PlannedStep {
  const Migration* migration;
  std::string_view sql;
  std::string checksum;
};

/// Which steps are still to run; `text` names the texts of the database's kind. Steps that this program does not know
/// are a newer one's; it works beside them when they say so.
/// Errors: FAILED_PRECONDITION when the database holds an unknown step of another kind, or a step with another text.
absl::StatusOr<std::vector<PlannedStep>> PlanMigrations(std::span<const Migration> migrations,
                                                        std::string_view Migration::*text, AppliedSteps applied);

}  // namespace muster::storage
