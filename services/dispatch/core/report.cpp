#include "services/dispatch/core/report.h"

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {

absl::StatusOr<DispatchChanges> Decide(const ReportSituation& command, const Facts& facts, const Context& context) {
  SituationReport report = command.report;
  if (!report.assignment_id.empty()) {
    if (facts.assignments.empty()) {
      return Error(Reason::kNotFound);
    }
    const Assignment& assignment = facts.assignments.front();
    MUSTER_RETURN_IF_ERROR(CheckVisible(context.principal, assignment, context.now));
    report.incident_id = assignment.incident_id;
    report.organization_id = assignment.organization_id;
    report.district_path = assignment.district_path;
    report.mode = assignment.mode;
  } else {
    if (!facts.incident ||
        !CoversIncident(context.principal, facts.incident->id, facts.incident->district_path, context.now)) {
      return Error(Reason::kNotFound);
    }
    report.district_path = facts.incident->district_path;
    report.mode = facts.incident->mode;
  }
  if (TrimBlanks(report.text).empty()) {
    return Error(Reason::kInvalidField, "report.text");
  }
  if (report.people_served < 0 || report.people_served > 1'000'000) {
    return Error(Reason::kOutOfRange, "report.people_served", {{"range", "0 - 1000000"}});
  }
  report.id = NewUuid(context.now, *context.random);
  report.version = 1;
  report.create_time = context.now;
  report.reporter = context.principal.account_id;
  DispatchChanges changes;
  changes.reports.push_back(std::move(report));
  return changes;
}

}  // namespace muster::dispatch
