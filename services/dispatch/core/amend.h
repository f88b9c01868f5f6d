#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"
#include "services/dispatch/core/request.h"

namespace muster::dispatch {

/// A change of a line.
struct LineAmendment {
  RequestLineId line_id;
  RequestLine values;
  std::set<std::string> paths;  ///< which of them: names of the wire
  bool cancel = false;
  std::vector<int> split_quantities;  ///< what is split off as lines of their own
};

/// Changes a request's lines, splits them, adds to them; all or nothing. Reads request, incident, lines, open offers,
/// active assignments.
struct AmendRequest {
  ResourceRequestId id;
  int64_t expected_version = 0;
  std::vector<LineAmendment> amendments;
  std::vector<RequestLine> new_lines;
  std::vector<WavePolicy> policies;  ///< one for each new line
  std::string reason;
};

/// Errors: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (over, or teams are booked for the old time), OVER_ASSIGNED
/// (below what is filled and held), FORBIDDEN (who asked, once the desk has taken it on), INVALID_FIELD, OUT_OF_RANGE,
/// BAD_TIME, DUPLICATE, READ_ONLY_FIELD, UNKNOWN_FIELD.
absl::StatusOr<DispatchChanges> Decide(const AmendRequest& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
