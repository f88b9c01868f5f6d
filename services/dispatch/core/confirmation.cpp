#include "services/dispatch/core/confirmation.h"

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

/// The unit that asked, or an official of the incident: never the team itself.
absl::Status CheckMayConfirm(const Assignment& assignment, const ResourceRequest& request, const Context& context) {
  const OrganizationId& unit = context.principal.organization_id;
  const bool asked = !unit.empty() && unit == request.requester_organization_id && unit != assignment.organization_id;
  return asked || CoversIncident(context.principal, assignment.incident_id, assignment.district_path, context.now)
             ? absl::OkStatus()
             : Error(Reason::kNotFound);
}

/// True once people may have seen the team: what the unit saw counts, also where the team forgot to check in.
bool CanBeSeen(AssignmentState state, WorkStage stage) {
  switch (state) {
    case AssignmentState::kEnRoute:
      return stage == WorkStage::kArrived;
    case AssignmentState::kOnScene:
    case AssignmentState::kWorking:
    case AssignmentState::kReleased:
    case AssignmentState::kReturning:
    case AssignmentState::kHome:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const ConfirmWork& command, const Facts& facts, const Context& context) {
  if (facts.assignments.empty() || !facts.request) {
    return Error(Reason::kNotFound);
  }
  const Assignment& before = facts.assignments.front();
  MUSTER_RETURN_IF_ERROR(CheckMayConfirm(before, *facts.request, context));
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  const bool arrival = command.stage == WorkStage::kArrived;
  if (!CanBeSeen(before.state, command.stage)) {
    return IllegalMove("assignment", Name(before.state), arrival ? "confirmed as arrived" : "confirmed as done",
                       "none");
  }
  if ((arrival ? before.arrival_confirmed : before.work_confirmed).has_value()) {
    return Error(Reason::kDuplicate, "stage");
  }
  if (command.headcount < 0 || command.headcount > 10'000) {
    return Error(Reason::kOutOfRange, "headcount", {{"range", "0 - 10000"}});
  }
  const int expected = before.check_in ? before.check_in->headcount : before.headcount;
  DispatchChanges changes;  // no note: what people wrote stays with the assignment, out of the audit trail
  Assignment& after =
      Change(changes.assignments, before, arrival ? "AssignmentArrivalConfirmed" : "AssignmentWorkConfirmed");
  after.update_time = context.now;
  (arrival ? after.arrival_confirmed : after.work_confirmed) = WorkConfirmation{
      context.now, command.headcount == 0 ? expected : command.headcount, command.note, context.principal.account_id};
  return changes;
}

}  // namespace muster::dispatch
