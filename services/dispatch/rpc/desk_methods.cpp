#include "services/dispatch/rpc/desk_methods.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/incident_category.h"
#include "muster/domain/reason.h"
#include "muster/rpc/body_hash.h"
#include "muster/rpc/paging.h"
#include "services/dispatch/core/amend.h"
#include "services/dispatch/core/call_up.h"
#include "services/dispatch/core/help.h"
#include "services/dispatch/core/response.h"
#include "services/dispatch/core/take_over.h"
#include "services/dispatch/core/triage.h"
#include "services/dispatch/rpc/convert.h"
#include "services/dispatch/rpc/replies.h"

namespace muster::dispatch {
namespace {

/// A change of an existing object says which version it was decided on.
template <class Request>
absl::Status NeedsVersion(const Request& request) {
  return request.expected_version() == 0 ? Error(Reason::kInvalidField, "expected_version") : absl::OkStatus();
}

/// CONFIRM_REQUIRED that says how many a call-up reaches.
absl::Status AskToConfirm(const absl::Status& refused, const Reach& reach) {
  const std::string organizations = std::to_string(reach.organizations);
  const std::string teams = std::to_string(reach.teams);
  auto metadata = GetErrorInfo(refused).metadata;
  metadata["organizations"] = organizations;
  metadata["teams"] = teams;
  return ErrorWithTexts(
      Reason::kConfirmRequired, "confirm_token",
      "将召集 " + organizations + " 个组织的 " + teams +
          " 支队伍。确认无误后，请在 120 秒内用同一 request_id 带上 confirm_token 重发。",
      "This would call up " + teams + " teams of " + organizations +
          " organizations. If that is meant, repeat it with the same request_id and the confirm_token within 120 "
          "seconds.",
      std::move(metadata));
}

v1::Incident IncidentReply(const DispatchChanges& changes, const Facts&) {
  return ToProto(changes.incidents.front().after);
}

v1::Help HelpReply(const DispatchChanges& changes, const Facts&) { return ToProto(changes.helps.front().after); }

void SetText(std::string_view zh, std::string_view en, common::v1::LocalizedText* text) {
  text->set_zh(std::string(zh));
  text->set_en(std::string(en));
}

absl::StatusOr<LineAmendment> ToAmendment(const v1::LineAmendment& in, const std::string& path) {
  LineAmendment amendment;
  amendment.line_id = RequestLineId(in.line_id());
  amendment.paths.insert(in.update_mask().paths().begin(), in.update_mask().paths().end());
  MUSTER_ASSIGN_OR_RETURN(amendment.values, FromProto(in.line(), path + ".line"));
  amendment.cancel = in.cancel();
  amendment.split_quantities.assign(in.split_quantities().begin(), in.split_quantities().end());
  return amendment;
}

absl::StatusOr<AmendRequest> ToAmend(const v1::AmendRequestRequest& request, const WavePolicy& new_line) {
  MUSTER_RETURN_IF_ERROR(NeedsVersion(request));
  AmendRequest command;
  command.id = ResourceRequestId(request.id());
  command.expected_version = request.expected_version();
  command.reason = request.reason();
  for (int i = 0; i < request.amendments_size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(LineAmendment amendment,
                            ToAmendment(request.amendments(i), "amendments[" + std::to_string(i) + "]"));
    command.amendments.push_back(std::move(amendment));
  }
  for (int i = 0; i < request.new_lines_size(); ++i) {
    const std::string path = "new_lines[" + std::to_string(i) + "]";
    MUSTER_ASSIGN_OR_RETURN(RequestLine line, FromProto(request.new_lines(i), path));
    MUSTER_ASSIGN_OR_RETURN(WavePolicy policy, FromProto(request.new_lines(i).wave_policy(), path + ".wave_policy"));
    command.new_lines.push_back(std::move(line));
    command.policies.push_back(WithDefaults(std::move(policy), new_line));
  }
  return command;
}

}  // namespace

template <class Request, class Response>
void DeskMethods::Serve(rpc::MethodTable& table, const std::string& name, UnaryMethod<Request, Response> method) const {
  table.Unary<Request, Response>(
      "muster.dispatch.v1.DispatchService." + name,
      [this, method](const rpc::Call& call, const Request& request, rpc::Reply<Response> reply) {
        (this->*method)(call, request, std::move(reply));
      });
}

void DeskMethods::Register(rpc::MethodTable& table) const {
  Serve(table, "IssueCallUp", &DeskMethods::IssueCallUp);
  Serve(table, "TakeOverIncident", &DeskMethods::TakeOverIncident);
  Serve(table, "ListIncidentCategories", &DeskMethods::ListIncidentCategories);
  Serve(table, "GetResponsePlan", &DeskMethods::GetResponsePlan);
  Serve(table, "GetDesk", &DeskMethods::GetDesk);
  Serve(table, "TriageRequest", &DeskMethods::TriageRequest);
  Serve(table, "AmendRequest", &DeskMethods::AmendRequest);
  Serve(table, "OfferHelp", &DeskMethods::OfferHelp);
  Serve(table, "AnswerHelp", &DeskMethods::AnswerHelp);
  Serve(table, "ListHelp", &DeskMethods::ListHelp);
}

void DeskMethods::IssueCallUp(const rpc::Call& call, const v1::IssueCallUpRequest& request,
                              rpc::Reply<v1::IssueCallUpResponse> reply) const {
  if (const absl::Status status = NeedsVersion(request); !status.ok()) {
    return reply(status);
  }
  dispatch::IssueCallUp command;
  command.incident_id = IncidentId(request.incident_id());
  command.expected_version = request.expected_version();
  command.step = static_cast<CallUpStep>(request.step());
  auto notice = FromProto(request.notice(), "notice");
  if (!notice.ok()) {
    return reply(notice.status());
  }
  command.notice = *std::move(notice);
  if (command.step == CallUpStep::kEnd) {
    // The end reaches whom the notice in force reaches; expected_version holds it still until the command runs.
    const auto incident = dependencies_.queries.GetIncident(call.principal, command.incident_id);
    if (!incident.ok()) {
      return reply(incident.status());
    }
    const std::string text = command.notice.text;
    command.notice = incident->call_up.value_or(CallUpNotice());
    command.notice.text = text;
  }
  security::ConfirmScope scope{call.principal.account_id, call.method, request.request_id(), rpc::BodyHash(request), 0};
  command.confirm = [this, scope, token = request.confirm_token()](const Reach& reach) mutable {
    scope.count = reach.organizations;
    const absl::Status status = dependencies_.confirm_tokens.Require(scope, token, dependencies_.clock.Now());
    return status.ok() ? status : AskToConfirm(status, reach);
  };
  RunCommand<v1::IssueCallUpResponse>(
      dependencies_.tools, call, request, std::move(command),
      [](const DispatchChanges& changes, const Facts& facts) {
        v1::IssueCallUpResponse response;
        *response.mutable_incident() = IncidentReply(changes, facts);
        response.set_organizations(static_cast<int32_t>(facts.reach.organizations));
        response.set_teams(static_cast<int32_t>(facts.reach.teams));
        return response;
      },
      std::move(reply));
}

void DeskMethods::TakeOverIncident(const rpc::Call& call, const v1::TakeOverIncidentRequest& request,
                                   rpc::Reply<v1::Incident> reply) const {
  if (const absl::Status status = NeedsVersion(request); !status.ok()) {
    return reply(status);
  }
  dispatch::TakeOverIncident command{IncidentId(request.incident_id()), request.expected_version(),
                                     request.district_path(), request.handover_note()};
  RunCommand<v1::Incident>(dependencies_.tools, call, request, std::move(command), IncidentReply, std::move(reply));
}

void DeskMethods::ListIncidentCategories(const rpc::Call&, const v1::ListIncidentCategoriesRequest&,
                                         rpc::Reply<v1::ListIncidentCategoriesResponse> reply) const {
  v1::ListIncidentCategoriesResponse response;
  for (const IncidentCategory& category : IncidentCategories()) {
    v1::IncidentCategory& one = *response.add_categories();
    one.set_code(std::string(category.code));
    one.set_parent(std::string(category.parent));
    SetText(category.name_zh, category.name_en, one.mutable_name());
    one.set_kind(static_cast<v1::IncidentKind>(category.kind()));
  }
  reply(std::move(response));
}

void DeskMethods::GetResponsePlan(const rpc::Call& call, const v1::GetResponsePlanRequest& request,
                                  rpc::Reply<v1::ResponsePlan> reply) const {
  const auto incident = dependencies_.queries.GetIncident(call.principal, IncidentId(request.incident_id()));
  if (!incident.ok()) {
    return reply(incident.status());
  }
  const ProposedPlan proposed = ProposePlan(*incident, dependencies_.clock.Now());
  v1::ResponsePlan response;
  if (proposed.plan != nullptr) {
    response.set_code(std::string(proposed.plan->code) + "." + std::to_string(proposed.level));
    SetText(proposed.plan->name_zh, proposed.plan->name_en, response.mutable_name());
  }
  for (const RequestLine& line : proposed.lines) {
    *response.add_lines() = ToTemplate(line);
  }
  reply(std::move(response));
}

void DeskMethods::GetDesk(const rpc::Call& call, const v1::GetDeskRequest& request,
                          rpc::Reply<v1::GetDeskResponse> reply) const {
  const IncidentId id(request.incident_id());
  if (!id.empty()) {
    if (const auto incident = dependencies_.queries.GetIncident(call.principal, id); !incident.ok()) {
      return reply(incident.status());
    }
  }
  const auto numbers = dependencies_.queries.GetDesk(call.principal, id);
  if (!numbers.ok()) {
    return reply(numbers.status());
  }
  v1::GetDeskResponse response;
  response.set_requests_submitted(static_cast<int32_t>(numbers->requests_submitted));
  response.set_help_unanswered(static_cast<int32_t>(numbers->help_unanswered));
  response.set_help_overdue(static_cast<int32_t>(numbers->help_overdue));
  response.set_lines_short(static_cast<int32_t>(numbers->lines_short));
  response.set_offers_provisional(static_cast<int32_t>(numbers->offers_provisional));
  response.set_check_ins_overdue(static_cast<int32_t>(numbers->check_ins_overdue));
  response.set_assignments_alarmed(static_cast<int32_t>(numbers->assignments_alarmed));
  response.set_people_on_scene(static_cast<int32_t>(numbers->people_on_scene));
  reply(std::move(response));
}

void DeskMethods::TriageRequest(const rpc::Call& call, const v1::TriageRequestRequest& request,
                                rpc::Reply<v1::ResourceRequest> reply) const {
  if (const absl::Status status = NeedsVersion(request); !status.ok()) {
    return reply(status);
  }
  if (request.decision() == v1::TRIAGE_DECISION_UNSPECIFIED) {
    return reply(Error(Reason::kInvalidField, "decision"));
  }
  dispatch::TriageRequest command{ResourceRequestId(request.id()), request.expected_version(),
                                  static_cast<Triage>(request.decision() - 1), ResourceRequestId(request.other_id()),
                                  request.note()};
  RunCommand<v1::ResourceRequest>(dependencies_.tools, call, request, std::move(command), RequestReply,
                                  std::move(reply));
}

void DeskMethods::AmendRequest(const rpc::Call& call, const v1::AmendRequestRequest& request,
                               rpc::Reply<v1::ResourceRequest> reply) const {
  auto command = ToAmend(request, dependencies_.new_line);
  if (!command.ok()) {
    return reply(command.status());
  }
  RunCommand<v1::ResourceRequest>(dependencies_.tools, call, request, *std::move(command), RequestReply,
                                  std::move(reply));
}

void DeskMethods::OfferHelp(const rpc::Call& call, const v1::OfferHelpRequest& request,
                            rpc::Reply<v1::Help> reply) const {
  auto help = FromProto(request.help(), "help");
  if (!help.ok()) {
    return reply(help.status());
  }
  RunCommand<v1::Help>(dependencies_.tools, call, request,
                       dispatch::OfferHelp{*std::move(help), dependencies_.help_answer_time}, HelpReply,
                       std::move(reply));
}

void DeskMethods::AnswerHelp(const rpc::Call& call, const v1::AnswerHelpRequest& request,
                             rpc::Reply<v1::Help> reply) const {
  if (const absl::Status status = NeedsVersion(request); !status.ok()) {
    return reply(status);
  }
  if (request.state() == v1::HELP_STATE_UNSPECIFIED) {
    return reply(Error(Reason::kInvalidField, "state"));
  }
  dispatch::AnswerHelp command{HelpId(request.id()), request.expected_version(),
                               static_cast<HelpState>(request.state() - 1), RequestLineId(request.line_id()),
                               request.answer()};
  RunCommand<v1::Help>(dependencies_.tools, call, request, std::move(command), HelpReply, std::move(reply));
}

void DeskMethods::ListHelp(const rpc::Call& call, const v1::ListHelpRequest& request,
                           rpc::Reply<v1::ListHelpResponse> reply) const {
  const auto limit = rpc::PageSize(request.page_size());
  const auto after = rpc::IdOfPageToken(request.page_token());
  if (!limit.ok() || !after.ok()) {
    return reply(limit.ok() ? after.status() : limit.status());
  }
  const auto page =
      dependencies_.queries.ListHelp(call.principal, StatesOf(request), request.overdue(), {*limit, *after});
  if (!page.ok()) {
    return reply(page.status());
  }
  v1::ListHelpResponse response;
  for (const Help& help : page->items) {
    *response.add_help() = ToProto(help);
  }
  if (page->more) {
    response.set_next_page_token(rpc::PageTokenAfter(page->items.back().id.value()));
  }
  reply(std::move(response));
}

}  // namespace muster::dispatch
