#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

enum class Triage { kAccept, kMerge, kLink, kRefuse };

/// A desk decides on a request. Reads request, its lines, incident; the other request and its lines; its active
/// assignments.
struct TriageRequest {
  ResourceRequestId id;
  int64_t expected_version = 0;
  Triage decision = Triage::kAccept;
  ResourceRequestId other_id;  ///< for kMerge and kLink
  std::string note;            ///< who asked reads it
};

/// Errors: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION, INVALID_FIELD, OUT_OF_RANGE (too many lines), DUPLICATE
/// (linked already).
absl::StatusOr<DispatchChanges> Decide(const TriageRequest& command, const Facts& facts, const Context& context);

/// Ok when teams may be asked for the request; ILLEGAL_TRANSITION says what has to happen before.
absl::Status CheckAccepted(const ResourceRequest& request);

}  // namespace muster::dispatch
