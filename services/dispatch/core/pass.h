#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/dispatch/core/model.h"

namespace muster::dispatch {

/// How much earlier than its first shift a pass lets a team in, and how much later than its last it may still leave.
inline constexpr Duration kPassMargin = std::chrono::hours(4);

/// From when to when a team may be in the zone. ILLEGAL_TRANSITION when its work there is over or was called off.
absl::StatusOr<Window> PassWindow(const Assignment& assignment);

/// The number of an assignment that people read to each other, "K7QX-2M4P": 40 bits of its id, without letters that
/// look like digits.
std::string ShortNumber(const AssignmentId& id);

}  // namespace muster::dispatch
