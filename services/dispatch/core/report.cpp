#include "services/dispatch/core/report.h"

#include <string>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

constexpr size_t kMaxNeeds = 20;

absl::Status CheckPeriod(const SituationReport& report) {
  if (report.period_start.has_value() != report.period_end.has_value()) {
    return Error(Reason::kBadTime, "report.period", {{"why", "start_time and end_time are needed"}});
  }
  return !report.period_start || *report.period_start < *report.period_end
             ? absl::OkStatus()
             : Error(Reason::kBadTime, "report.period", {{"why", "the end is not after the start"}});
}

/// The same error, told of the field that the caller gave.
absl::Status AboutNeeds(const absl::Status& status) {
  constexpr std::string_view kLines = "resource_request.lines";
  ErrorInfo info = GetErrorInfo(status);
  for (std::string* text : {&info.field, &info.message_zh, &info.message_en}) {
    if (const size_t at = text->find(kLines); at != text->npos) {
      text->replace(at, kLines.size(), "needs");
    }
  }
  return ErrorWithTexts(info.reason, info.field, info.message_zh, info.message_en, info.metadata);
}

/// The request that the needs become. The organization that reports asks, like any unit that asks for help; an
/// operator's report is an operator's request.
absl::StatusOr<DispatchChanges> AskForNeeds(const ReportSituation& command, const SituationReport& report,
                                            const Facts& facts, const Context& context) {
  if (!facts.incident) {
    return Error(Reason::kNotFound);
  }
  CreateRequest request;
  request.request.incident_id = report.incident_id;
  request.request.requester_organization_id = report.organization_id;
  request.lines = command.needs;
  request.policies = command.policies;
  Context asking = context;
  if (!report.organization_id.empty()) {
    asking.principal = Principal();
    asking.principal.account_id = context.principal.account_id;
    asking.principal.roles = {Role::kRequester};
    asking.principal.organization_id = report.organization_id;
    asking.principal.district_path = facts.incident->district_path;
  }
  absl::StatusOr<DispatchChanges> changes = Decide(request, facts, asking);
  return changes.ok() ? std::move(changes) : AboutNeeds(changes.status());
}

}  // namespace

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
  if (command.needs.size() > kMaxNeeds) {
    return Error(Reason::kOutOfRange, "needs", {{"range", "0 - 20"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckPeriod(report));
  DispatchChanges changes;
  if (!command.needs.empty()) {
    MUSTER_ASSIGN_OR_RETURN(changes, AskForNeeds(command, report, facts, context));
    report.resource_request_id = changes.requests.front().after.id;
    report.needs_more = true;
  }
  report.id = NewUuid(context.now, *context.random);
  report.version = 1;
  report.create_time = context.now;
  report.reporter = context.principal.account_id;
  report.sector = std::string(TrimBlanks(report.sector));
  changes.reports.push_back(std::move(report));
  return changes;
}

}  // namespace muster::dispatch
