#include "services/matching/rpc/matching_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "services/matching/core/request_plan.h"
#include "services/matching/rpc/convert.h"

namespace muster::matching {
namespace {

constexpr int kDefaultLimit = 20;
constexpr int kMaxLimit = 200;
constexpr int kMaxOverAsk = 500;
/// All reserves of a plan together: what fits into one message.
constexpr int kMaxReserves = 3000;
constexpr int kOffersPage = 500;

absl::StatusOr<int> LimitOf(int asked, const std::string& field) {
  if (asked < 0 || asked > kMaxLimit) {
    return Error(Reason::kOutOfRange, field, {{"range", "0 - " + std::to_string(kMaxLimit)}});
  }
  return asked == 0 ? kDefaultLimit : asked;
}

/// The teams that the caller may see: those of its district; all for another service.
absl::Status Restrict(const Principal& principal, RankQuery& query) {
  query.district_path = principal.IsOfficial() ? principal.district_path : std::string();
  if (query.district_path.empty() && !principal.Has(Role::kService)) {
    return Error(Reason::kForbidden, "", {{"action", "MatchingService"}});
  }
  return absl::OkStatus();
}

/// Only the teams enrolled in it, for a drill.
void RestrictToEnrolled(const dispatch::v1::Incident& incident, RankQuery& query) {
  if (query.need.mode != Mode::kDrill) {
    return;
  }
  std::vector<TeamId>& only = query.only.emplace();
  for (const std::string& id : incident.enrolled_team_ids()) {
    only.emplace_back(id);
  }
  std::sort(only.begin(), only.end());
  only.erase(std::unique(only.begin(), only.end()), only.end());
}

absl::StatusOr<RankQuery> QueryOf(const Principal& principal, Time now, const dispatch::v1::RequestLine& line,
                                  const dispatch::v1::Incident& incident) {
  RankQuery query;
  query.now = now;
  query.need = ToNeed(line, incident);
  if (query.need.windows.empty()) {
    return Error(Reason::kInternalInvariant);
  }
  MUSTER_RETURN_IF_ERROR(Restrict(principal, query));
  RestrictToEnrolled(incident, query);
  return query;
}

const dispatch::v1::RequestLine* FindLine(const dispatch::v1::ResourceRequest& request, const std::string& line_id) {
  for (const dispatch::v1::RequestLine& line : request.lines()) {
    if (line.id() == line_id) {
      return &line;
    }
  }
  return nullptr;
}

LineNeed LineNeedOf(RankQuery query, const dispatch::v1::RequestLine& line) {
  LineNeed need;
  need.query = std::move(query);
  need.counts_teams = line.unit() == dispatch::v1::QUANTITY_UNIT_TEAMS;
  const bool open =
      line.state() != dispatch::v1::LINE_STATE_CLOSED && line.state() != dispatch::v1::LINE_STATE_CANCELLED;
  need.missing = open ? std::max(0, line.quantity() - line.filled() - line.held() - line.asked()) : 0;
  need.priority = line.priority() == 0 ? 3 : line.priority();
  if (!need.counts_teams) {
    need.query.need.people = need.missing;
  }
  return need;
}

/// The teams that were asked for each line already: they are not asked again.
absl::StatusOr<std::map<std::string, std::vector<TeamId>>> AskedTeams(rpc::Peer& dispatch, const rpc::Call& call,
                                                                      const std::string& request_id) {
  std::map<std::string, std::vector<TeamId>> asked;
  dispatch::v1::ListOffersRequest request;
  request.set_resource_request_id(request_id);
  request.set_page_size(kOffersPage);
  do {
    MUSTER_ASSIGN_OR_RETURN(const auto page,
                            rpc::CallUnaryBlocking<dispatch::v1::ListOffersResponse>(
                                dispatch, "muster.dispatch.v1.DispatchService.ListOffers", call, request));
    for (const dispatch::v1::Offer& offer : page.offers()) {
      asked[offer.line_id()].emplace_back(offer.team_id());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return asked;
}

void AddPlanned(const PlannedLine& planned, const LineNeed& need, v1::PlannedLine& out) {
  for (const PlannedTeam& team : planned.teams) {
    *out.add_teams() = ToProto(team.ranked, team.place, need.query, Detail::kFull);
  }
  for (const PlannedTeam& team : planned.reserves) {
    *out.add_reserves() = ToProto(team.ranked, team.place, need.query, Detail::kBrief);
  }
  out.set_planned(planned.amount);
  out.set_short_(planned.shortage);
}

/// A line that was stored before codes were checked can never be filled: says so.
void TellUnknownCapability(const LineNeed& need, common::v1::LocalizedText& text) {
  const absl::Status known = CheckCapabilityCode(need.query.need.capability, "capability");
  if (!known.ok() && need.missing > 0) {
    const ErrorInfo info = GetErrorInfo(known);
    text.mutable_zh()->append(info.message_zh);
    text.mutable_en()->append(" " + info.message_en);
  }
}

void TellPlan(const std::vector<PlannedLine>& lines, common::v1::LocalizedText& text) {
  size_t teams = 0;
  size_t short_lines = 0;
  for (const PlannedLine& line : lines) {
    teams += line.teams.size();
    short_lines += line.shortage > 0 ? 1 : 0;
  }
  text.set_zh(fmt::format("{}项需求先联系{}支队伍，每支只用一次；", lines.size(), teams));
  text.set_en(fmt::format("{} teams to ask first for {} lines, none of them twice; ", teams, lines.size()));
  text.mutable_zh()->append(short_lines == 0 ? "各项均可满足。" : fmt::format("{}项仍有缺口。", short_lines));
  text.mutable_en()->append(short_lines == 0 ? "every line is covered."
                                             : fmt::format("{} of the lines stay short.", short_lines));
}

}  // namespace

MatchingService::MatchingService(Dependencies dependencies)
    : dependencies_(dependencies), feeder_(std::move(dependencies), index_) {}

void MatchingService::Register(rpc::MethodTable& table) {
  const std::string service = "muster.matching.v1.MatchingService.";
  // Ranking takes microseconds and waits for nobody: it runs where the call arrives.
  table.Unary<v1::RankTeamsRequest, v1::RankTeamsResponse>(
      service + "RankTeams",
      [this](const rpc::Call& call, const v1::RankTeamsRequest& request, rpc::Reply<v1::RankTeamsResponse> reply) {
        RankTeams(call, request, std::move(reply));
      },
      rpc::Run::kInline);
  table.Unary<v1::ExplainTeamRequest, v1::ExplainTeamResponse>(
      service + "ExplainTeam",
      [this](const rpc::Call& call, const v1::ExplainTeamRequest& request, rpc::Reply<v1::ExplainTeamResponse> reply) {
        ExplainTeam(call, request, std::move(reply));
      },
      rpc::Run::kInline);
  table.Unary<v1::PlanRequestRequest, v1::PlanRequestResponse>(
      service + "PlanRequest",
      [this](const rpc::Call& call, const v1::PlanRequestRequest& request, rpc::Reply<v1::PlanRequestResponse> reply) {
        PlanRequest(call, request, std::move(reply));
      });
}

absl::Status MatchingService::CheckReady() const {
  if (feeder_.IsReady()) {
    return absl::OkStatus();
  }
  return ErrorWithTexts(Reason::kStoreBusy, "", "队伍索引正在载入，请稍后重试。",
                        "The index of teams is still being loaded. Try again shortly.", {{"retry_after_s", "1"}});
}

template <class Request>
void MatchingService::WithQuery(const rpc::Call& call, const Request& request, QueryReply next) {
  if (absl::Status ready = CheckReady(); !ready.ok()) {
    return next(std::move(ready));
  }
  if (request.has_need() != request.line_id().empty()) {
    return next(Error(Reason::kInvalidField, "need"));
  }
  if (!request.has_need()) {
    return WithLine(call, request.line_id(), std::move(next));
  }
  RankQuery query;
  query.now = dependencies_.clock.Now();
  absl::StatusOr<TeamNeed> need = ToNeed(request.need());
  absl::Status status = need.ok() ? Restrict(call.principal, query) : need.status();
  if (!status.ok()) {
    return next(std::move(status));
  }
  query.need = *std::move(need);
  next(std::move(query));
}

void MatchingService::WithLine(const rpc::Call& call, const std::string& line_id, QueryReply next) {
  dispatch::v1::GetRequestRequest get;
  get.set_line_id(line_id);
  const auto with_request = [this, &call, line_id,
                             next](absl::StatusOr<dispatch::v1::ResourceRequest> request) mutable {
    const dispatch::v1::RequestLine* line = request.ok() ? FindLine(*request, line_id) : nullptr;
    if (line == nullptr) {
      return next(request.ok() ? Error(Reason::kNotFound, "line_id") : request.status());
    }
    dispatch::v1::GetIncidentRequest get_incident;
    get_incident.set_id(request->incident_id());
    const auto with_incident = [this, &call, line = *line, next](absl::StatusOr<dispatch::v1::Incident> incident) {
      next(incident.ok() ? QueryOf(call.principal, dependencies_.clock.Now(), line, *incident)
                         : absl::StatusOr<RankQuery>(incident.status()));
    };
    rpc::CallUnary<dispatch::v1::Incident>(dependencies_.dispatch, "muster.dispatch.v1.DispatchService.GetIncident",
                                           call, get_incident, with_incident);
  };
  rpc::CallUnary<dispatch::v1::ResourceRequest>(dependencies_.dispatch, "muster.dispatch.v1.DispatchService.GetRequest",
                                                call, get, with_request);
}

void MatchingService::RankTeams(const rpc::Call& call, const v1::RankTeamsRequest& request,
                                rpc::Reply<v1::RankTeamsResponse> reply) {
  const absl::StatusOr<int> limit = LimitOf(request.limit(), "limit");
  if (!limit.ok()) {
    return reply(limit.status());
  }
  WithQuery(call, request, [this, limit = *limit, reply = std::move(reply)](absl::StatusOr<RankQuery> query) {
    if (!query.ok()) {
      return reply(query.status());
    }
    query->limit = static_cast<size_t>(limit);
    reply(Rank(*query));
  });
}

absl::StatusOr<v1::RankTeamsResponse> MatchingService::Rank(const RankQuery& query) const {
  const Snapshot snapshot = index_.Read();
  const std::vector<RankedTeam> ranked = snapshot.Rank(query);
  v1::RankTeamsResponse response;
  for (size_t i = 0; i < ranked.size(); ++i) {
    *response.add_teams() = ToProto(ranked[i], i + 1, query, Detail::kFull);
  }
  response.set_holders(static_cast<int32_t>(snapshot.CountHolders(query.need.capability)));
  if (ranked.size() < query.limit) {
    response.set_eligible(static_cast<int32_t>(ranked.size()));
  }
  if (ranked.empty()) {
    const Obstacles obstacles = CountObstacles(snapshot, query);
    ToProto(obstacles, TellNobody(snapshot, query, obstacles), response);
  }
  return response;
}

void MatchingService::ExplainTeam(const rpc::Call& call, const v1::ExplainTeamRequest& request,
                                  rpc::Reply<v1::ExplainTeamResponse> reply) {
  WithQuery(call, request,
            [this, team_id = TeamId(request.team_id()), reply = std::move(reply)](absl::StatusOr<RankQuery> query) {
              query.ok() ? reply(ExplainOne(*query, team_id)) : reply(query.status());
            });
}

absl::StatusOr<v1::ExplainTeamResponse> MatchingService::ExplainOne(const RankQuery& query,
                                                                    const TeamId& team_id) const {
  const Snapshot snapshot = index_.Read();
  const TeamRecord* team = snapshot.Find(team_id);
  if (team == nullptr || (!query.district_path.empty() && !DistrictCovers(query.district_path, team->district_path))) {
    return Error(Reason::kNotFound, "team_id");
  }
  return ToProto(Explain(snapshot, *team, query), query);
}

void MatchingService::PlanRequest(const rpc::Call& call, const v1::PlanRequestRequest& request,
                                  rpc::Reply<v1::PlanRequestResponse> reply) {
  reply(MakePlan(call, request));
}

absl::StatusOr<v1::PlanRequestResponse> MatchingService::MakePlan(const rpc::Call& call,
                                                                  const v1::PlanRequestRequest& request) const {
  MUSTER_RETURN_IF_ERROR(CheckReady());
  MUSTER_ASSIGN_OR_RETURN(const int reserves, LimitOf(request.reserves(), "reserves"));
  if (request.over_ask_percent() < 0 || request.over_ask_percent() > kMaxOverAsk) {
    return Error(Reason::kOutOfRange, "over_ask_percent", {{"range", "0 - " + std::to_string(kMaxOverAsk)}});
  }
  rpc::Peer& peer = dependencies_.dispatch;
  dispatch::v1::GetRequestRequest get;
  get.set_id(request.resource_request_id());
  MUSTER_ASSIGN_OR_RETURN(const auto stored, rpc::CallUnaryBlocking<dispatch::v1::ResourceRequest>(
                                                 peer, "muster.dispatch.v1.DispatchService.GetRequest", call, get));
  dispatch::v1::GetIncidentRequest get_incident;
  get_incident.set_id(stored.incident_id());
  MUSTER_ASSIGN_OR_RETURN(const auto incident,
                          rpc::CallUnaryBlocking<dispatch::v1::Incident>(
                              peer, "muster.dispatch.v1.DispatchService.GetIncident", call, get_incident));
  MUSTER_ASSIGN_OR_RETURN(const auto asked, AskedTeams(peer, call, stored.id()));
  std::vector<LineNeed> needs;
  for (const dispatch::v1::RequestLine& line : stored.lines()) {
    MUSTER_ASSIGN_OR_RETURN(RankQuery query, QueryOf(call.principal, dependencies_.clock.Now(), line, incident));
    if (const auto found = asked.find(line.id()); found != asked.end()) {
      query.without.insert(found->second.begin(), found->second.end());
    }
    needs.push_back(LineNeedOf(std::move(query), line));
  }
  RequestPlanOptions options;
  options.reserves = static_cast<size_t>(std::min(reserves, kMaxReserves / std::max(1, stored.lines_size())));
  options.over_ask_percent = request.over_ask_percent();
  const Snapshot snapshot = index_.Read();
  const std::vector<PlannedLine> planned = PlanLines(snapshot, needs, planner_, options);
  v1::PlanRequestResponse response;
  response.set_resource_request_id(stored.id());
  response.set_version(stored.version());
  for (int i = 0; i < stored.lines_size(); ++i) {
    v1::PlannedLine* line = response.add_lines();
    line->set_line_id(stored.lines(i).id());
    AddPlanned(planned[static_cast<size_t>(i)], needs[static_cast<size_t>(i)], *line);
  }
  TellPlan(planned, *response.mutable_explanation());
  for (const LineNeed& need : needs) {
    TellUnknownCapability(need, *response.mutable_explanation());
  }
  return response;
}

}  // namespace muster::matching
