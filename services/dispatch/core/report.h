#pragma once

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// Keeps a report from the scene. Reads incident, or assignments (one) when the report names it.
struct ReportSituation {
  SituationReport report;
};

/// Errors: NOT_FOUND, INVALID_FIELD, OUT_OF_RANGE.
absl::StatusOr<DispatchChanges> Decide(const ReportSituation& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
