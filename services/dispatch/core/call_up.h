#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// Issues the notice that opens, changes and ends a mobilization. Reads incident, and what the notice reaches.
struct IssueCallUp {
  IncidentId incident_id;
  int64_t expected_version = 0;
  CallUpStep step = CallUpStep::kNone;
  CallUpNotice notice;  ///< for kEnd: the one in force, with the text of its end
  /// Answers CONFIRM_REQUIRED when so many may not be called up without a confirmation.
  std::function<absl::Status(const Reach& reach)> confirm;
};

/// More organizations than this in one call-up need a confirmation.
inline constexpr int64_t kOrganizationsWithoutConfirmation = 100;

/// How far the call-up of an incident has gone.
CallUpStep StepOf(const Incident& incident);

/// Errors: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION, INVALID_FIELD, OUT_OF_RANGE, BAD_TIME, FORBIDDEN (another
/// district), CONFIRM_REQUIRED.
absl::StatusOr<DispatchChanges> Decide(const IssueCallUp& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
