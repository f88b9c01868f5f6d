#include "services/dispatch/core/arrival.h"

#include <algorithm>

#include "services/dispatch/core/assignment.h"

namespace muster::dispatch {

absl::StatusOr<DispatchChanges> Decide(const CheckArrival& command, const Facts& facts, const Context& context) {
  DispatchChanges changes;
  if (facts.assignments.empty()) {
    return changes;
  }
  const Assignment& before = facts.assignments.front();
  const bool awaited = before.state == AssignmentState::kReserved || before.state == AssignmentState::kMobilizing ||
                       before.state == AssignmentState::kEnRoute;
  const bool told = std::find(before.alarms.begin(), before.alarms.end(), kArrivalOverdue) != before.alarms.end();
  if (!awaited || told || context.now < ExpectedArrival(before) + command.grace) {
    return changes;
  }
  Assignment& after = Change(changes.assignments, before, "AssignmentAlarmed");
  after.alarms.emplace_back(kArrivalOverdue);
  after.update_time = context.now;
  changes.note = "it has not checked in";
  return changes;
}

}  // namespace muster::dispatch
