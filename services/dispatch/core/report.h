#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"
#include "services/dispatch/core/request.h"

namespace muster::dispatch {

/// Keeps a report from the scene. Needs found there become a request of the incident in the same step, as if the
/// organization that reports had asked for it. Reads incident, and assignments (one) when the report names it.
struct ReportSituation {
  SituationReport report;
  std::vector<RequestLine> needs{};    ///< as in CreateRequest
  std::vector<WavePolicy> policies{};  ///< one for each need
};

/// Errors: NOT_FOUND, INVALID_FIELD, OUT_OF_RANGE, BAD_TIME; with needs those of CreateRequest.
absl::StatusOr<DispatchChanges> Decide(const ReportSituation& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
