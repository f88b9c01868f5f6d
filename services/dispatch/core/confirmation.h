#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

enum class WorkStage { kArrived, kDone };

/// The unit that asked confirms that a team has arrived, or that its work is done; an operator may do it for the unit.
/// It changes no state: who releases the team is an operator. Reads assignments (one) and its request.
struct ConfirmWork {
  AssignmentId id;
  int64_t expected_version = 0;
  WorkStage stage = WorkStage::kArrived;
  int headcount = 0;  ///< 0: as many as checked in
  std::string note;
};

/// Errors: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (it has not departed, or was called off), DUPLICATE
/// (confirmed already), OUT_OF_RANGE.
absl::StatusOr<DispatchChanges> Decide(const ConfirmWork& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
