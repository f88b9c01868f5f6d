#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// Takes a whole dispatch back within its grace time: open and accepted offers are withdrawn, teams that have not
/// departed cancelled, those on the way or at work recalled, and those that wait for a later wave are not asked. One
/// that is back already changes nothing. Reads dispatch, request, its lines, and of the dispatch the offers that are
/// open or accepted, the active assignments with their bookings, and the candidates.
struct WithdrawDispatch {
  DispatchId id;
  std::string reason;
};

/// Errors: NOT_FOUND, EXPIRED.
absl::StatusOr<DispatchChanges> Decide(const WithdrawDispatch& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
