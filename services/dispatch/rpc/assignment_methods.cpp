#include "services/dispatch/rpc/assignment_methods.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/rpc/paging.h"
#include "muster/wire/timestamp.h"
#include "services/dispatch/core/confirmation.h"
#include "services/dispatch/core/deployment.h"
#include "services/dispatch/core/pass.h"
#include "services/dispatch/core/report.h"
#include "services/dispatch/core/visibility.h"
#include "services/dispatch/rpc/convert.h"
#include "services/dispatch/rpc/qr_code.h"

namespace muster::dispatch {
namespace {

template <class Request>
absl::StatusOr<PageQuery> PageOf(const Request& request) {
  PageQuery page;
  MUSTER_ASSIGN_OR_RETURN(page.limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(page.after, rpc::IdOfPageToken(request.page_token()));
  return page;
}

absl::Status CheckVersionGiven(int64_t expected_version) {
  return expected_version == 0 ? Error(Reason::kInvalidField, "expected_version") : absl::OkStatus();
}

v1::Assignment FirstAssignment(const DispatchChanges& changes, const Facts&) {
  return ToProto(changes.assignments.front().after);
}

/// Without what only the organization and the officials need to know: the unit that asked sees the rest.
void HideFromUnit(const Principal& caller, Time now, v1::Assignment& assignment) {
  const bool own = caller.organization_id.value() == assignment.organization_id();
  if (!own && !CoversIncident(caller, IncidentId(assignment.incident_id()), assignment.district_path(), now)) {
    assignment.mutable_cover()->clear_policy_number();
    assignment.mutable_cover()->clear_override_reason();
    assignment.clear_handover_note();
    assignment.clear_rest_override_reason();
  }
}

absl::StatusOr<ExtendAssignment> Extension(const v1::ExtendAssignmentRequest& request) {
  MUSTER_RETURN_IF_ERROR(CheckVersionGiven(request.expected_version()));
  MUSTER_ASSIGN_OR_RETURN(std::vector<Window> windows, WindowsFromProto(request.windows(), "windows"));
  return ExtendAssignment{AssignmentId(request.id()), request.expected_version(), std::move(windows), request.reason(),
                          request.rest_override_reason()};
}

absl::StatusOr<RelieveAssignment> Relief(const v1::RelieveAssignmentRequest& request) {
  MUSTER_RETURN_IF_ERROR(CheckVersionGiven(request.expected_version()));
  RelieveAssignment command{
      AssignmentId(request.id()), request.expected_version(), TeamId(request.team_id()), {}, request.handover_note()};
  if (request.has_relief_time()) {
    MUSTER_ASSIGN_OR_RETURN(command.relief_time, FromProto(request.relief_time(), "relief_time"));
  }
  return command;
}

absl::StatusOr<ReportSituation> Report(const v1::ReportSituationRequest& request, const WavePolicy& new_line) {
  ReportSituation command;
  const v1::SituationReport& told = request.report();
  command.report.incident_id = IncidentId(told.incident_id());
  command.report.assignment_id = AssignmentId(told.assignment_id());
  command.report.text = told.text();
  command.report.people_served = told.people_served();
  command.report.needs_more = told.needs_more();
  command.report.sector = told.sector();
  if (told.period().has_start_time()) {
    MUSTER_ASSIGN_OR_RETURN(command.report.period_start,
                            FromProto(told.period().start_time(), "report.period.start_time"));
  }
  if (told.period().has_end_time()) {
    MUSTER_ASSIGN_OR_RETURN(command.report.period_end, FromProto(told.period().end_time(), "report.period.end_time"));
  }
  for (int i = 0; i < request.needs_size(); ++i) {
    const std::string path = "needs[" + std::to_string(i) + "]";
    MUSTER_ASSIGN_OR_RETURN(RequestLine line, FromProto(request.needs(i), path));
    MUSTER_ASSIGN_OR_RETURN(WavePolicy policy, FromProto(request.needs(i).wave_policy(), path + ".wave_policy"));
    command.needs.push_back(std::move(line));
    command.policies.push_back(WithDefaults(std::move(policy), new_line));
  }
  return command;
}

absl::StatusOr<ReportFilter> FilterOf(const v1::ListSituationReportsRequest& request) {
  ReportFilter filter{IncidentId(request.incident_id()), request.sector(), {}, {}};
  if (request.period().has_start_time()) {
    MUSTER_ASSIGN_OR_RETURN(filter.from, FromProto(request.period().start_time(), "period.start_time"));
  }
  if (request.period().has_end_time()) {
    MUSTER_ASSIGN_OR_RETURN(filter.until, FromProto(request.period().end_time(), "period.end_time"));
  }
  if (filter.from && filter.until && *filter.until <= *filter.from) {
    return Error(Reason::kBadTime, "period", {{"why", "the end is not after the start"}});
  }
  return filter;
}

absl::StatusOr<v1::Pass> SignedPass(const Assignment& assignment, const security::PassSigner& signer) {
  MUSTER_ASSIGN_OR_RETURN(const Window window, PassWindow(assignment));
  const std::string number = ShortNumber(assignment.id);
  const int people = assignment.check_in ? assignment.check_in->headcount : assignment.headcount;
  v1::Pass pass;
  pass.set_number(number);
  pass.set_text(signer.Sign({number, assignment.organization_id, people, window.start, window.end,
                             assignment.incident_id, assignment.district_path, assignment.mode}));
  MUSTER_ASSIGN_OR_RETURN(*pass.mutable_qr_svg(), QrCodeSvg(pass.text()));
  *pass.mutable_window()->mutable_start_time() = ToTimestamp(window.start);
  *pass.mutable_window()->mutable_end_time() = ToTimestamp(window.end);
  return pass;
}

}  // namespace

template <class Request, class Response>
void AssignmentMethods::Serve(rpc::MethodTable& table, const std::string& name,
                              UnaryMethod<Request, Response> method) const {
  table.Unary<Request, Response>(
      "muster.dispatch.v1.DispatchService." + name,
      [this, method](const rpc::Call& call, const Request& request, rpc::Reply<Response> reply) {
        (this->*method)(call, request, std::move(reply));
      });
}

void AssignmentMethods::Register(rpc::MethodTable& table) const {
  Serve(table, "ListAssignments", &AssignmentMethods::ListAssignments);
  Serve(table, "GetAssignment", &AssignmentMethods::GetAssignment);
  Serve(table, "ExtendAssignment", &AssignmentMethods::ExtendAssignment);
  Serve(table, "RelieveAssignment", &AssignmentMethods::RelieveAssignment);
  Serve(table, "RedeployAssignment", &AssignmentMethods::RedeployAssignment);
  Serve(table, "ConfirmWork", &AssignmentMethods::ConfirmWork);
  Serve(table, "GetPass", &AssignmentMethods::GetPass);
  Serve(table, "GetPassKeys", &AssignmentMethods::GetPassKeys);
  Serve(table, "GetServiceRecord", &AssignmentMethods::GetServiceRecord);
  Serve(table, "ReportSituation", &AssignmentMethods::ReportSituation);
  Serve(table, "ListSituationReports", &AssignmentMethods::ListSituationReports);
}

void AssignmentMethods::ListAssignments(const rpc::Call& call, const v1::ListAssignmentsRequest& request,
                                        rpc::Reply<v1::ListAssignmentsResponse> reply) const {
  const auto query = PageOf(request);
  if (!query.ok()) {
    return reply(query.status());
  }
  const AssignmentFilter filter{IncidentId(request.incident_id()), TeamId(request.team_id()), StatesOf(request)};
  const auto page = dependencies_.queries.ListAssignments(call.principal, filter, *query);
  if (!page.ok()) {
    return reply(page.status());
  }
  v1::ListAssignmentsResponse response;
  for (const Assignment& assignment : page->items) {
    *response.add_assignments() = ToProto(assignment);
    HideFromUnit(call.principal, dependencies_.clock.Now(), *response.mutable_assignments()->rbegin());
  }
  if (page->more) {
    response.set_next_page_token(rpc::PageTokenAfter(page->items.back().id.value()));
  }
  reply(std::move(response));
}

void AssignmentMethods::GetAssignment(const rpc::Call& call, const v1::GetAssignmentRequest& request,
                                      rpc::Reply<v1::Assignment> reply) const {
  const auto assignment = dependencies_.queries.GetAssignment(call.principal, AssignmentId(request.id()));
  if (!assignment.ok()) {
    return reply(assignment.status());
  }
  v1::Assignment response = ToProto(*assignment);
  HideFromUnit(call.principal, dependencies_.clock.Now(), response);
  reply(std::move(response));
}

void AssignmentMethods::ExtendAssignment(const rpc::Call& call, const v1::ExtendAssignmentRequest& request,
                                         rpc::Reply<v1::Assignment> reply) const {
  auto command = Extension(request);
  if (!command.ok()) {
    return reply(command.status());
  }
  RunCommand<v1::Assignment>(dependencies_.tools, call, request, *std::move(command), FirstAssignment,
                             std::move(reply));
}

void AssignmentMethods::RelieveAssignment(const rpc::Call& call, const v1::RelieveAssignmentRequest& request,
                                          rpc::Reply<v1::RelieveAssignmentResponse> reply) const {
  auto command = Relief(request);
  if (!command.ok()) {
    return reply(command.status());
  }
  RunCommand<v1::RelieveAssignmentResponse>(
      dependencies_.tools, call, request, *std::move(command),
      [](const DispatchChanges& changes, const Facts&) {
        v1::RelieveAssignmentResponse response;
        *response.mutable_relieved() = ToProto(changes.assignments[0].after);
        *response.mutable_relief() = ToProto(changes.assignments[1].after);
        return response;
      },
      std::move(reply));
}

void AssignmentMethods::RedeployAssignment(const rpc::Call& call, const v1::RedeployAssignmentRequest& request,
                                           rpc::Reply<v1::RedeployAssignmentResponse> reply) const {
  if (const absl::Status given = CheckVersionGiven(request.expected_version()); !given.ok()) {
    return reply(given);
  }
  dispatch::RedeployAssignment command{AssignmentId(request.id()), request.expected_version(),
                                       RequestLineId(request.line_id()), request.reason(),
                                       request.rest_override_reason()};
  RunCommand<v1::RedeployAssignmentResponse>(
      dependencies_.tools, call, request, std::move(command),
      [](const DispatchChanges& changes, const Facts&) {
        v1::RedeployAssignmentResponse response;
        *response.mutable_ended() = ToProto(changes.assignments[0].after);
        *response.mutable_reserved() = ToProto(changes.assignments[1].after);
        return response;
      },
      std::move(reply));
}

void AssignmentMethods::ConfirmWork(const rpc::Call& call, const v1::ConfirmWorkRequest& request,
                                    rpc::Reply<v1::Assignment> reply) const {
  if (request.stage() == v1::WORK_STAGE_UNSPECIFIED) {
    return reply(Error(Reason::kInvalidField, "stage"));
  }
  dispatch::ConfirmWork command{AssignmentId(request.id()), request.expected_version(),
                                static_cast<WorkStage>(request.stage() - 1), request.headcount(), request.note()};
  RunCommand<v1::Assignment>(
      dependencies_.tools, call, request, std::move(command),
      [caller = call.principal, now = dependencies_.clock.Now()](const DispatchChanges& changes, const Facts& facts) {
        v1::Assignment response = FirstAssignment(changes, facts);
        HideFromUnit(caller, now, response);
        return response;
      },
      std::move(reply));
}

void AssignmentMethods::GetPass(const rpc::Call& call, const v1::GetPassRequest& request,
                                rpc::Reply<v1::Pass> reply) const {
  const auto assignment = dependencies_.queries.GetAssignment(call.principal, AssignmentId(request.assignment_id()));
  if (!assignment.ok()) {
    return reply(assignment.status());
  }
  if (dependencies_.passes == nullptr) {
    return reply(Error(Reason::kNotBuilt));
  }
  reply(SignedPass(*assignment, *dependencies_.passes));
}

void AssignmentMethods::GetPassKeys(const rpc::Call&, const v1::GetPassKeysRequest&,
                                    rpc::Reply<v1::GetPassKeysResponse> reply) const {
  v1::GetPassKeysResponse response;
  if (dependencies_.passes != nullptr) {
    for (const security::PublicKey& key : dependencies_.passes->PublicKeys()) {
      v1::PassKey& one = *response.add_keys();
      one.set_id(key.id);
      one.set_public_key(key.bytes);
    }
  }
  reply(std::move(response));
}

void AssignmentMethods::GetServiceRecord(const rpc::Call& call, const v1::GetServiceRecordRequest& request,
                                         rpc::Reply<v1::ServiceRecord> reply) const {
  const auto record = queries_.GetServiceRecord(call.principal, TeamId(request.team_id()));
  if (!record.ok()) {
    return reply(record.status());
  }
  v1::ServiceRecord response;
  response.set_team_id(request.team_id());
  response.set_asked(record->asked);
  response.set_accepted(record->accepted);
  response.set_declined(record->declined);
  response.set_unanswered(record->unanswered);
  response.set_completed(record->completed);
  response.set_no_shows(record->no_shows);
  response.set_hours_last_day(std::chrono::duration<double, std::ratio<3600>>(record->worked_last_day).count());
  reply(std::move(response));
}

void AssignmentMethods::ReportSituation(const rpc::Call& call, const v1::ReportSituationRequest& request,
                                        rpc::Reply<v1::SituationReport> reply) const {
  auto command = Report(request, dependencies_.new_line);
  if (!command.ok()) {
    return reply(command.status());
  }
  RunCommand<v1::SituationReport>(
      dependencies_.tools, call, request, *std::move(command),
      [](const DispatchChanges& changes, const Facts&) { return ToProto(changes.reports.front()); }, std::move(reply));
}

void AssignmentMethods::ListSituationReports(const rpc::Call& call, const v1::ListSituationReportsRequest& request,
                                             rpc::Reply<v1::ListSituationReportsResponse> reply) const {
  const auto query = PageOf(request);
  if (!query.ok()) {
    return reply(query.status());
  }
  const auto filter = FilterOf(request);
  if (!filter.ok()) {
    return reply(filter.status());
  }
  const auto page = dependencies_.queries.ListReports(call.principal, *filter, *query);
  if (!page.ok()) {
    return reply(page.status());
  }
  v1::ListSituationReportsResponse response;
  for (const SituationReport& report : page->items) {
    *response.add_reports() = ToProto(report);
  }
  if (page->more) {
    response.set_next_page_token(rpc::PageTokenAfter(page->items.back().id));
  }
  reply(std::move(response));
}

}  // namespace muster::dispatch
