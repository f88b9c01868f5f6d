#include "services/dispatch/rpc/dispatch_service.h"

#include <algorithm>
#include <set>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/rpc/body_hash.h"
#include "muster/rpc/origin.h"
#include "muster/rpc/owner_service.h"
#include "muster/rpc/paging.h"
#include "muster/telemetry/log.h"
#include "muster/wire/timestamp.h"
#include "services/dispatch/core/alarm.h"
#include "services/dispatch/core/arrival.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/wave_policy.h"
#include "services/dispatch/rpc/command_call.h"
#include "services/dispatch/rpc/convert.h"
#include "services/dispatch/rpc/replies.h"
#include "services/dispatch/store/projection.h"
#include "services/dispatch/store/verify.h"

namespace muster::dispatch {
namespace {

/// Runs `make` when the result is good; hands the error on otherwise.
#define MUSTER_REPLY_OR_ASSIGN(lhs, expr, reply) \
  auto lhs##_or = (expr);                        \
  if (!lhs##_or.ok()) {                          \
    return reply(lhs##_or.status());             \
  }                                              \
  auto lhs = std::move(lhs##_or).value()

/// A change of an existing object says which version it was decided on; facts from the field may leave it out.
#define MUSTER_NEEDS_VERSION(request, reply)                        \
  if ((request).expected_version() == 0) {                          \
    return reply(Error(Reason::kInvalidField, "expected_version")); \
  }                                                                 \
  static_assert(true, "wants a semicolon")

v1::Offer OfferReply(const DispatchChanges& changes, const Facts&) { return ToProto(changes.offers.front().after); }

v1::Assignment AssignmentReply(const DispatchChanges& changes, const Facts&) {
  return ToProto(changes.assignments.front().after);
}

template <class Request>
absl::StatusOr<PageQuery> PageOf(const Request& request) {
  PageQuery page;
  MUSTER_ASSIGN_OR_RETURN(page.limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(page.after, rpc::IdOfPageToken(request.page_token()));
  return page;
}

template <class Tag>
std::string IdText(const Id<Tag>& id) {
  return id.value();
}

template <class Item, class Response>
void SetNextPage(const Page<Item>& page, Response& response) {
  if (page.more) {
    if constexpr (requires { page.items.back().id; }) {
      response.set_next_page_token(rpc::PageTokenAfter(IdText(page.items.back().id)));
    } else {
      response.set_next_page_token(rpc::PageTokenAfter(IdText(page.items.back().request.id)));
    }
  }
}

absl::StatusOr<std::optional<Time>> OptionalTime(bool present, const google::protobuf::Timestamp& time,
                                                 const std::string& field) {
  if (!present) {
    return std::optional<Time>();
  }
  MUSTER_ASSIGN_OR_RETURN(const Time value, FromProto(time, field));
  return std::optional<Time>(value);
}

/// What holds a line back from asking on, for people.
common::v1::LocalizedText HoldingText(const RequestLine& line) {
  common::v1::LocalizedText text;
  if (line.waves_stopped) {
    text.set_zh("已由指挥员停止自动征询。");
    text.set_en("An operator stopped further waves.");
  } else if (Missing(line) == 0) {
    text.set_zh("需求已满足或已由待定答复占用。");
    text.set_en("The line is filled or held by provisional answers.");
  } else if (line.waiting == 0) {
    text.set_zh("没有候补队伍了，请重新匹配。");
    text.set_en("No team is left to ask; rank again.");
  } else if (!line.needs_wave) {
    text.set_zh("已征询的队伍若都答应即可满足，等待答复。");
    text.set_en("Those asked could fill it; waiting for answers.");
    if (line.fill_ppm > 0) {
      text.set_zh("按目标概率，目前已征询足够的队伍；到下一次检查时再定。");
      text.set_en("Enough are asked for the chosen probability; the next look decides again.");
    }
  }
  return text;
}

/// What is planned for a line that asks by chance.
void SetPlan(const Facts& facts, Time now, v1::GetWavePlanResponse& response) {
  if (facts.lines.empty() || !facts.incident) {
    return;
  }
  const WavePlan plan = PlanOf(facts, MayBeAsked(facts), now);
  response.set_expected_acceptances(plan.expected_acceptances);
  response.set_fill_chance(plan.fill_chance);
  if (MayAsk(facts.lines.front(), now) && facts.look && facts.look->due) {
    response.set_next_wave_teams(plan.ask_now);
    *response.mutable_next_wave_time() = ToTimestamp(std::max(now, *facts.look->due));
  }
}

}  // namespace

template <class Request, class Response>
void DispatchService::Serve(rpc::MethodTable& table, const std::string& name, UnaryMethod<Request, Response> method) {
  table.Unary<Request, Response>(
      "muster.dispatch.v1.DispatchService." + name,
      [this, method](const rpc::Call& call, const Request& request, rpc::Reply<Response> reply) {
        (this->*method)(call, request, std::move(reply));
      });
}

void DispatchService::Register(rpc::MethodTable& table) {
  Serve(table, "CreateIncident", &DispatchService::CreateIncident);
  Serve(table, "GetIncident", &DispatchService::GetIncident);
  Serve(table, "ListIncidents", &DispatchService::ListIncidents);
  Serve(table, "UpdateIncident", &DispatchService::UpdateIncident);
  Serve(table, "CloseIncident", &DispatchService::CloseIncident);
  Serve(table, "CreateRequest", &DispatchService::CreateRequest);
  Serve(table, "GetRequest", &DispatchService::GetRequest);
  Serve(table, "ListRequests", &DispatchService::ListRequests);
  Serve(table, "CancelRequest", &DispatchService::CancelRequest);
  Serve(table, "Dispatch", &DispatchService::Dispatch);
  Serve(table, "WithdrawDispatch", &DispatchService::WithdrawDispatch);
  Serve(table, "SetWavePolicy", &DispatchService::SetWavePolicy);
  Serve(table, "GetWavePlan", &DispatchService::GetWavePlan);
  Serve(table, "ListOffers", &DispatchService::ListOffers);
  Serve(table, "AnswerOffer", &DispatchService::AnswerOffer);
  Serve(table, "ConfirmOffer", &DispatchService::ConfirmOffer);
  Serve(table, "WithdrawOffer", &DispatchService::WithdrawOffer);
  Serve(table, "AdvanceAssignment", &DispatchService::AdvanceAssignment);
  Serve(table, "CheckIn", &DispatchService::CheckIn);
  Serve(table, "CheckOut", &DispatchService::CheckOut);
  Serve(table, "ReleaseAssignment", &DispatchService::ReleaseAssignment);
  Serve(table, "RecallAssignment", &DispatchService::RecallAssignment);
  assignment_methods_.Register(table);
  desk_methods_.Register(table);
  table.Stream<v1::ListBookingsRequest, v1::ListBookingsResponse>(
      "muster.dispatch.v1.DispatchService.ListBookings",
      [this](std::shared_ptr<const rpc::Call> call, const v1::ListBookingsRequest& request,
             std::shared_ptr<rpc::ItemWriter<v1::ListBookingsResponse>> writer) {
        ListBookings(std::move(call), request, std::move(writer));
      });
}

void DispatchService::RegisterOwner(rpc::OwnerRouter& router) {
  rpc::RegisterOwner(router, "dispatch", dependencies_.database, dependencies_.feed,
                     [this] { return VerifyStore(dependencies_.database); });
}

template <class Response, class CoreCommand, class Request>
void DispatchService::Run(const rpc::Call& call, const Request& request, CoreCommand command,
                          std::function<Response(const DispatchChanges&, const Facts&)> make,
                          rpc::Reply<Response> reply) {
  RunCommand<Response>({dependencies_.database, dependencies_.random, payloads_}, call, request, std::move(command),
                       std::move(make), std::move(reply));
}

template <class CoreCommand>
std::unique_ptr<storage::Command> DispatchService::Automatic(CoreCommand command, const std::string& action) {
  Origin origin;
  origin.action = action;
  return std::make_unique<DispatchCommand<CoreCommand>>(std::move(command), std::move(origin), nullptr, payloads_,
                                                        dependencies_.random);
}

template <class CoreCommand>
void DispatchService::RunAutomatic(CoreCommand command, const std::string& action) {
  dependencies_.database.Submit(
      Automatic(std::move(command), action), [action](const absl::StatusOr<storage::CommandReply>& done) {
        if (!done.ok()) {
          telemetry::LogWarning("an automatic step did not run",
                                {{"action", action}, {"reason", RowOf(GetErrorInfo(done.status()).reason).name}});
        }
      });
}

void DispatchService::SendWave(const RequestLineId& line_id) {
  RunAutomatic(dispatch::SendWave{line_id}, "policy.wave");
}
void DispatchService::ExpireOffer(const OfferId& offer_id) {
  RunAutomatic(dispatch::ExpireOffer{offer_id}, "policy.expire_offer");
}
void DispatchService::CheckArrivals(Time now, int limit) {
  const auto overdue = assignment_methods_.queries().OverdueArrivals(now, dependencies_.arrival_grace, limit);
  if (overdue.ok()) {
    for (const AssignmentId& id : *overdue) {
      RunAutomatic(CheckArrival{id, dependencies_.arrival_grace}, "policy.check_arrival");
    }
  }
}

std::unique_ptr<storage::Command> DispatchService::ProjectTeam(ProjectedTeam team) {
  return dispatch::ProjectTeam(std::move(team), payloads_, dependencies_.random);
}

absl::Status DispatchService::CheckStandings() {
  MUSTER_ASSIGN_OR_RETURN(const std::vector<TeamId> teams, queries_.BookedTeams());
  for (const TeamId& team : teams) {
    MUSTER_RETURN_IF_ERROR(
        dependencies_.database.Run(Automatic(CheckStanding{team}, "policy.check_standing")).status());
  }
  return absl::OkStatus();
}

void DispatchService::CreateIncident(const rpc::Call& call, const v1::CreateIncidentRequest& request,
                                     rpc::Reply<v1::Incident> reply) {
  MUSTER_REPLY_OR_ASSIGN(incident, FromProto(request.incident(), "incident"), reply);
  Run<v1::Incident>(
      call, request, OpenIncident{std::move(incident), request.pre_alert()},
      [](const DispatchChanges& changes, const Facts&) { return ToProto(changes.incidents.front().after); },
      std::move(reply));
}

void DispatchService::GetIncident(const rpc::Call& call, const v1::GetIncidentRequest& request,
                                  rpc::Reply<v1::Incident> reply) {
  MUSTER_REPLY_OR_ASSIGN(incident, queries_.GetIncident(call.principal, IncidentId(request.id())), reply);
  reply(ToProto(incident));
}

void DispatchService::ListIncidents(const rpc::Call& call, const v1::ListIncidentsRequest& request,
                                    rpc::Reply<v1::ListIncidentsResponse> reply) {
  MUSTER_REPLY_OR_ASSIGN(query, PageOf(request), reply);
  const IncidentFilter filter{
      StatesOf(request), ModesOf(request), {request.external_ref().system(), request.external_ref().id()}};
  MUSTER_REPLY_OR_ASSIGN(page, queries_.ListIncidents(call.principal, filter, query), reply);
  v1::ListIncidentsResponse response;
  for (const Incident& incident : page.items) {
    *response.add_incidents() = ToProto(incident);
  }
  SetNextPage(page, response);
  reply(std::move(response));
}

void DispatchService::UpdateIncident(const rpc::Call& call, const v1::UpdateIncidentRequest& request,
                                     rpc::Reply<v1::Incident> reply) {
  MUSTER_REPLY_OR_ASSIGN(values, FromProto(request.incident(), "incident"), reply);
  MUSTER_NEEDS_VERSION(request, reply);
  const auto& paths = request.update_mask().paths();
  if (paths.empty()) {
    return reply(Error(Reason::kInvalidField, "update_mask"));
  }
  if (request.incident().state() == v1::INCIDENT_STATE_UNSPECIFIED &&
      std::find(paths.begin(), paths.end(), "state") != paths.end()) {
    return reply(Error(Reason::kInvalidField, "incident.state"));
  }
  dispatch::UpdateIncident command{IncidentId(request.incident().id()), request.expected_version(), std::move(values),
                                   std::set<std::string>(paths.begin(), paths.end()), request.reason()};
  Run<v1::Incident>(
      call, request, std::move(command),
      [](const DispatchChanges& changes, const Facts&) { return ToProto(changes.incidents.front().after); },
      std::move(reply));
}

void DispatchService::CloseIncident(const rpc::Call& call, const v1::CloseIncidentRequest& request,
                                    rpc::Reply<v1::CloseIncidentResponse> reply) {
  MUSTER_NEEDS_VERSION(request, reply);
  Run<v1::CloseIncidentResponse>(
      call, request, dispatch::CloseIncident{IncidentId(request.id()), request.expected_version(), request.reason()},
      [](const DispatchChanges& changes, const Facts&) {
        v1::CloseIncidentResponse response;
        *response.mutable_incident() = ToProto(changes.incidents.front().after);
        response.set_released_assignments(static_cast<int>(changes.assignments.size()));
        response.set_stood_down_offers(static_cast<int>(changes.offers.size()));
        return response;
      },
      std::move(reply));
}

void DispatchService::CreateRequest(const rpc::Call& call, const v1::CreateRequestRequest& request,
                                    rpc::Reply<v1::ResourceRequest> reply) {
  const v1::ResourceRequest& wanted = request.resource_request();
  dispatch::CreateRequest command;
  command.request.incident_id = IncidentId(wanted.incident_id());
  command.request.requester = wanted.requester();
  command.request.requester_organization_id = OrganizationId(wanted.requester_organization_id());
  command.request.external_refs = FromProto(wanted.external_refs());
  command.request.need = wanted.need();
  command.request.meeting_contact = wanted.meeting_contact();
  for (int i = 0; i < wanted.lines_size(); ++i) {
    const std::string path = "resource_request.lines[" + std::to_string(i) + "]";
    MUSTER_REPLY_OR_ASSIGN(line, FromProto(wanted.lines(i), path), reply);
    MUSTER_REPLY_OR_ASSIGN(policy, FromProto(wanted.lines(i).wave_policy(), path + ".wave_policy"), reply);
    command.lines.push_back(std::move(line));
    command.policies.push_back(WithDefaults(std::move(policy), dependencies_.new_line));
  }
  Run<v1::ResourceRequest>(call, request, std::move(command), RequestReply, std::move(reply));
}

void DispatchService::GetRequest(const rpc::Call& call, const v1::GetRequestRequest& request,
                                 rpc::Reply<v1::ResourceRequest> reply) {
  ResourceRequestId id(request.id());
  if (id.empty() && !request.line_id().empty()) {
    MUSTER_REPLY_OR_ASSIGN(line, queries_.GetLine(call.principal, RequestLineId(request.line_id())), reply);
    id = line.resource_request_id;
  }
  MUSTER_REPLY_OR_ASSIGN(found, queries_.GetRequest(call.principal, id), reply);
  reply(ToProto(found.request, found.lines));
}

void DispatchService::ListRequests(const rpc::Call& call, const v1::ListRequestsRequest& request,
                                   rpc::Reply<v1::ListRequestsResponse> reply) {
  MUSTER_REPLY_OR_ASSIGN(query, PageOf(request), reply);
  MUSTER_REPLY_OR_ASSIGN(
      page, queries_.ListRequests(call.principal, IncidentId(request.incident_id()), StatesOf(request), query), reply);
  v1::ListRequestsResponse response;
  for (const RequestWithLines& item : page.items) {
    *response.add_resource_requests() = ToProto(item.request, item.lines);
  }
  SetNextPage(page, response);
  reply(std::move(response));
}

void DispatchService::CancelRequest(const rpc::Call& call, const v1::CancelRequestRequest& request,
                                    rpc::Reply<v1::ResourceRequest> reply) {
  MUSTER_NEEDS_VERSION(request, reply);
  Run<v1::ResourceRequest>(
      call, request,
      dispatch::CancelRequest{ResourceRequestId(request.id()), request.expected_version(), request.reason()},
      RequestReply, std::move(reply));
}

void DispatchService::Dispatch(const rpc::Call& call, const v1::DispatchRequest& request,
                               rpc::Reply<v1::DispatchResponse> reply) {
  MUSTER_NEEDS_VERSION(request, reply);
  DispatchPlan command;
  command.request_id = ResourceRequestId(request.resource_request_id());
  command.expected_version = request.expected_version();
  command.direct = request.how() == v1::DISPATCH_HOW_DIRECT;
  command.undo_time = dependencies_.undo_time;
  for (int i = 0; i < request.lines_size(); ++i) {
    const v1::LineDispatch& wanted = request.lines(i);
    LineDispatch line;
    line.line_id = RequestLineId(wanted.line_id());
    for (const std::string& id : wanted.team_ids()) {
      line.team_ids.emplace_back(id);
    }
    if (wanted.has_wave_policy()) {
      const std::string path = "lines[" + std::to_string(i) + "].wave_policy";
      MUSTER_REPLY_OR_ASSIGN(policy, FromProto(wanted.wave_policy(), path), reply);
      line.policy = std::move(policy);
    }
    command.lines.push_back(std::move(line));
  }
  security::ConfirmScope scope{call.principal.account_id, call.method, request.request_id(), rpc::BodyHash(request), 0};
  command.confirm = [this, scope, token = request.confirm_token()](int64_t people) mutable {
    scope.count = people;
    return dependencies_.confirm_tokens.Require(scope, token, dependencies_.clock.Now());
  };
  Run<v1::DispatchResponse>(
      call, request, std::move(command),
      [](const DispatchChanges& changes, const Facts& facts) {
        v1::DispatchResponse response;
        *response.mutable_resource_request() = RequestReply(changes, facts);
        for (const Changed<Offer>& offer : changes.offers) {
          if (!offer.before) {  // not those that were stood down because the line is full now
            *response.add_offers() = ToProto(offer.after);
          }
        }
        for (const Changed<Assignment>& assignment : changes.assignments) {
          *response.add_assignments() = ToProto(assignment.after);
        }
        const DispatchRecord& record = changes.dispatches.front().after;
        response.set_dispatch_id(record.id.value());
        *response.mutable_undo_until_time() = ToTimestamp(record.undo_until);
        return response;
      },
      std::move(reply));
}

void DispatchService::WithdrawDispatch(const rpc::Call& call, const v1::WithdrawDispatchRequest& request,
                                       rpc::Reply<v1::WithdrawDispatchResponse> reply) {
  Run<v1::WithdrawDispatchResponse>(
      call, request, dispatch::WithdrawDispatch{DispatchId(request.dispatch_id()), request.reason()},
      [](const DispatchChanges& changes, const Facts& facts) {
        const bool now = !changes.dispatches.empty();  // else it was taken back before
        const DispatchRecord& record = now ? changes.dispatches.front().after : *facts.dispatch;
        v1::WithdrawDispatchResponse response;
        *response.mutable_resource_request() =
            now ? RequestReply(changes, facts) : ToProto(*facts.request, facts.lines);
        response.set_withdrawn_offers(record.withdrawn_offers);
        response.set_ended_assignments(record.ended_assignments);
        return response;
      },
      std::move(reply));
}

void DispatchService::SetWavePolicy(const rpc::Call& call, const v1::SetWavePolicyRequest& request,
                                    rpc::Reply<v1::RequestLine> reply) {
  MUSTER_NEEDS_VERSION(request, reply);
  MUSTER_REPLY_OR_ASSIGN(policy, FromProto(request.wave_policy(), "wave_policy"), reply);
  Run<v1::RequestLine>(
      call, request,
      dispatch::SetWavePolicy{RequestLineId(request.line_id()), request.expected_version(), std::move(policy)},
      [](const DispatchChanges& changes, const Facts&) { return ToProto(changes.lines.front().after); },
      std::move(reply));
}

void DispatchService::GetWavePlan(const rpc::Call& call, const v1::GetWavePlanRequest& request,
                                  rpc::Reply<v1::GetWavePlanResponse> reply) {
  MUSTER_REPLY_OR_ASSIGN(line, queries_.GetLine(call.principal, RequestLineId(request.line_id())), reply);
  MUSTER_REPLY_OR_ASSIGN(waiting, queries_.WaitingTeams(line.id), reply);
  v1::GetWavePlanResponse response;
  *response.mutable_line() = ToProto(line);
  for (const TeamId& id : waiting) {
    response.add_waiting_team_ids(id.value());
  }
  *response.mutable_holding() = HoldingText(line);
  if (AsksByChance(line, dependencies_.clock.Now())) {
    MUSTER_REPLY_OR_ASSIGN(facts, queries_.WaveFacts(line.id), reply);
    SetPlan(facts, dependencies_.clock.Now(), response);
  }
  reply(std::move(response));
}

void DispatchService::ListOffers(const rpc::Call& call, const v1::ListOffersRequest& request,
                                 rpc::Reply<v1::ListOffersResponse> reply) {
  MUSTER_REPLY_OR_ASSIGN(query, PageOf(request), reply);
  const OfferFilter filter{IncidentId(request.incident_id()), ResourceRequestId(request.resource_request_id()),
                           RequestLineId(request.line_id()), StatesOf(request)};
  MUSTER_REPLY_OR_ASSIGN(page, queries_.ListOffers(call.principal, filter, query), reply);
  v1::ListOffersResponse response;
  for (const Offer& offer : page.items) {
    *response.add_offers() = ToProto(offer);
  }
  SetNextPage(page, response);
  reply(std::move(response));
}

void DispatchService::AnswerOffer(const rpc::Call& call, const v1::AnswerOfferRequest& request,
                                  rpc::Reply<v1::Offer> reply) {
  if (request.answer() == v1::OFFER_ANSWER_UNSPECIFIED) {
    return reply(Error(Reason::kInvalidField, "answer"));
  }
  dispatch::AnswerOffer command;
  command.id = OfferId(request.id());
  command.expected_version = request.expected_version();
  command.answer = static_cast<Answer>(request.answer() - 1);
  command.count_offered = request.count_offered();
  MUSTER_REPLY_OR_ASSIGN(
      available_from,
      OptionalTime(request.has_available_from_time(), request.available_from_time(), "available_from_time"), reply);
  command.available_from = available_from;
  command.condition = request.condition();
  command.decline_reason = static_cast<DeclineReason>(request.decline_reason());
  command.note = request.note();
  command.answered_via = request.answered_via() == v1::ANSWERED_VIA_UNSPECIFIED
                             ? AnsweredVia::kPortal
                             : static_cast<AnsweredVia>(request.answered_via());
  MUSTER_REPLY_OR_ASSIGN(cover, FromProto(request.cover(), "cover"), reply);
  command.cover = cover;
  Run<v1::Offer>(call, request, std::move(command), OfferReply, std::move(reply));
}

void DispatchService::ConfirmOffer(const rpc::Call& call, const v1::ConfirmOfferRequest& request,
                                   rpc::Reply<v1::Offer> reply) {
  MUSTER_NEEDS_VERSION(request, reply);
  Run<v1::Offer>(call, request, dispatch::ConfirmOffer{OfferId(request.id()), request.expected_version()}, OfferReply,
                 std::move(reply));
}

void DispatchService::WithdrawOffer(const rpc::Call& call, const v1::WithdrawOfferRequest& request,
                                    rpc::Reply<v1::Offer> reply) {
  MUSTER_NEEDS_VERSION(request, reply);
  Run<v1::Offer>(call, request,
                 dispatch::WithdrawOffer{OfferId(request.id()), request.expected_version(), request.reason()},
                 OfferReply, std::move(reply));
}

void DispatchService::AdvanceAssignment(const rpc::Call& call, const v1::AdvanceAssignmentRequest& request,
                                        rpc::Reply<v1::Assignment> reply) {
  MUSTER_NEEDS_VERSION(request, reply);
  if (request.state() == v1::ASSIGNMENT_STATE_UNSPECIFIED) {
    return reply(Error(Reason::kInvalidField, "state"));
  }
  dispatch::AdvanceAssignment command{AssignmentId(request.id()), request.expected_version(),
                                      static_cast<AssignmentState>(request.state() - 1),
                                      request.cover_override_reason(), request.reason()};
  Run<v1::Assignment>(call, request, std::move(command), AssignmentReply, std::move(reply));
}

void DispatchService::CheckIn(const rpc::Call& call, const v1::CheckInRequest& request,
                              rpc::Reply<v1::Assignment> reply) {
  dispatch::CheckIn command;
  command.id = AssignmentId(request.id());
  command.expected_version = request.expected_version();
  command.headcount = request.headcount();
  if (request.has_position()) {
    MUSTER_REPLY_OR_ASSIGN(location, FromProto(request.position(), "position"), reply);
    command.location = location;
  }
  MUSTER_REPLY_OR_ASSIGN(happen_time, OptionalTime(request.has_happen_time(), request.happen_time(), "happen_time"),
                         reply);
  command.happen_time = happen_time;
  Run<v1::Assignment>(call, request, std::move(command), AssignmentReply, std::move(reply));
}

void DispatchService::CheckOut(const rpc::Call& call, const v1::CheckOutRequest& request,
                               rpc::Reply<v1::Assignment> reply) {
  dispatch::CheckOut command;
  command.id = AssignmentId(request.id());
  command.expected_version = request.expected_version();
  command.headcount = request.headcount();
  MUSTER_REPLY_OR_ASSIGN(happen_time, OptionalTime(request.has_happen_time(), request.happen_time(), "happen_time"),
                         reply);
  command.happen_time = happen_time;
  Run<v1::Assignment>(call, request, std::move(command), AssignmentReply, std::move(reply));
}

void DispatchService::ReleaseAssignment(const rpc::Call& call, const v1::ReleaseAssignmentRequest& request,
                                        rpc::Reply<v1::Assignment> reply) {
  MUSTER_NEEDS_VERSION(request, reply);
  dispatch::AdvanceAssignment command{AssignmentId(request.id()), request.expected_version(),
                                      AssignmentState::kReleased, "", request.reason()};
  Run<v1::Assignment>(call, request, std::move(command), AssignmentReply, std::move(reply));
}

void DispatchService::RecallAssignment(const rpc::Call& call, const v1::RecallAssignmentRequest& request,
                                       rpc::Reply<v1::Assignment> reply) {
  MUSTER_NEEDS_VERSION(request, reply);
  dispatch::AdvanceAssignment command{AssignmentId(request.id()), request.expected_version(),
                                      AssignmentState::kRecalled, "", request.reason()};
  Run<v1::Assignment>(call, request, std::move(command), AssignmentReply, std::move(reply));
}

void DispatchService::ListBookings(std::shared_ptr<const rpc::Call>, const v1::ListBookingsRequest& request,
                                   std::shared_ptr<rpc::ItemWriter<v1::ListBookingsResponse>> writer) {
  Time after{};
  if (request.has_ends_after_time()) {
    const absl::StatusOr<Time> time = FromProto(request.ends_after_time(), "ends_after_time");
    if (!time.ok()) {
      return writer->Finish(time.status());
    }
    after = *time;
  }
  const absl::StatusOr<BookingSnapshot> snapshot = queries_.ActiveBookings(after);
  if (!snapshot.ok()) {
    return writer->Finish(snapshot.status());
  }
  constexpr int kPart = 500;
  v1::ListBookingsResponse part;
  part.set_feed_seq(snapshot->feed_seq);
  for (const Booking& booking : snapshot->bookings) {
    *part.add_bookings() = ToProto(booking);
    if (part.bookings_size() == kPart) {
      if (!writer->Write(part)) {
        return;
      }
      part.clear_bookings();
    }
  }
  if (writer->Write(part)) {
    writer->Finish(absl::OkStatus());
  }
}

}  // namespace muster::dispatch
