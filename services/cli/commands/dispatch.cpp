#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/dispatching.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/candidate_views.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::DispatchHow;
using dispatch::v1::DispatchRequest;
using dispatch::v1::DispatchResponse;
using dispatch::v1::ResourceRequest;
using dispatch::v1::WavePolicy;
using matching::v1::PlanRequestResponse;

struct Options {
  std::string request = kLast;
  bool direct = false;
  bool dry_run = false;
  int reserves = 0;
  int over_ask = 0;
  int wave_size = 0;
  std::string answer;
  std::string provisional;
  double probability = 0;
  std::string fill_by;
  std::string line;
  std::vector<std::string> teams;
};

absl::StatusOr<int32_t> SecondsOf(const std::string& text) {
  if (text.empty()) {
    return 0;
  }
  MUSTER_ASSIGN_OR_RETURN(const Duration length, ParseDuration(text));
  return static_cast<int32_t>(std::chrono::duration_cast<std::chrono::seconds>(length).count());
}

absl::StatusOr<WavePolicy> PolicyOf(const Options& options, Time now) {
  WavePolicy policy;
  policy.set_wave_size(options.wave_size);
  MUSTER_ASSIGN_OR_RETURN(const int32_t answer, SecondsOf(options.answer));
  MUSTER_ASSIGN_OR_RETURN(const int32_t provisional, SecondsOf(options.provisional));
  policy.set_answer_seconds(answer);
  policy.set_provisional_seconds(provisional);
  policy.set_fill_probability(options.probability);
  if (!options.fill_by.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time by, ParseTime(options.fill_by, now));
    *policy.mutable_fill_by_time() = ToTimestamp(by);
  }
  return policy;
}

absl::StatusOr<PlanRequestResponse> Plan(Session& session, const std::string& request_id, const Options& options) {
  matching::v1::PlanRequestRequest request;
  request.set_resource_request_id(request_id);
  request.set_reserves(options.reserves);
  request.set_over_ask_percent(options.over_ask);
  return session.Call<PlanRequestResponse>(request);
}

/// The teams that a person chose for one line, in place of a plan.
PlanRequestResponse ChosenTeams(const ResourceRequest& request, const Options& options) {
  PlanRequestResponse plan;
  plan.set_resource_request_id(request.id());
  plan.set_version(request.version());
  auto& line = *plan.add_lines();
  line.set_line_id(options.line);
  for (const std::string& team : options.teams) {
    line.add_teams()->set_team_id(team);
  }
  return plan;
}

absl::StatusOr<PlanRequestResponse> PlanOrChoice(Session& session, const ResourceRequest& request,
                                                 const Options& options) {
  if (options.teams.empty()) {
    return Plan(session, request.id(), options);
  }
  if (options.line.empty() && request.lines_size() != 1) {
    return UsageError({"--team 需要 --line 指明是哪一行。", "--team needs --line to say which line it is for."});
  }
  Options chosen = options;
  chosen.line = options.line.empty() ? request.lines(0).id() : options.line;
  return ChosenTeams(request, chosen);
}

void PrintOutcome(Output& output, Session& session, const DispatchResponse& reply) {
  Directory names(session);
  if (!reply.offers().empty()) {
    PrintOffers(output, reply.offers(), names);
  }
  if (!reply.assignments().empty()) {
    PrintAssignments(output, reply.assignments(), names);
  }
  const std::string offers = std::to_string(reply.offers_size());
  const std::string assignments = std::to_string(reply.assignments_size());
  output.Line(Text{"发出邀请 " + offers + "，直接派出 " + assignments,
                   "offers sent: " + offers + ", teams booked: " + assignments});
  output.Note(
      {"撤回整次派遣（" + FormatTime(reply.undo_until_time()) + " 之前）：muster dispatch undo " + reply.dispatch_id(),
       "to take all of it back until " + FormatTime(reply.undo_until_time()) + ": muster dispatch undo " +
           reply.dispatch_id()});
  output.Note({"下一步：muster offer list --request " + reply.resource_request().id() + "，或 muster watch",
               "next: muster offer list --request " + reply.resource_request().id() + ", or muster watch"});
}

absl::StatusOr<ExitCode> Dispatch(Context& context, const Options& options) {
  MUSTER_ASSIGN_OR_RETURN(const WavePolicy policy, PolicyOf(options, context.clock().Now()));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const ResourceRequest request, FindRequest(*session, options.request));
  MUSTER_ASSIGN_OR_RETURN(const PlanRequestResponse plan, PlanOrChoice(*session, request, options));
  Output& output = context.output();
  if (options.dry_run) {
    output.json() ? output.Json(plan) : PrintPlan(output, request, plan);
    return ExitCode::kOk;
  }
  const DispatchHow how = options.direct ? dispatch::v1::DISPATCH_HOW_DIRECT : dispatch::v1::DISPATCH_HOW_INVITE;
  DispatchRequest call = DispatchOf(request, plan, policy, how);
  if (call.lines().empty()) {
    return LocalError(ExitCode::kRefused, {"计划中没有队伍可派。muster candidates 会说明原因。",
                                           "The plan holds no team. muster candidates says why."});
  }
  MUSTER_ASSIGN_OR_RETURN(const DispatchResponse reply, SendDispatch(context, *session, std::move(call)));
  output.json() ? output.Json(reply) : PrintOutcome(output, *session, reply);
  return ExitCode::kOk;
}

void Bind(Commands& commands, Command app, Options& options) {
  app.Option("REQUEST", options.request, commands.In({"需求编号；不填为最新的", "a request; left out: the newest"}));
  app.Flag("--direct", options.direct,
           commands.In({"不邀请，直接派出（立即占用队伍）", "book the teams at once, without asking"}));
  app.Flag("-n,--dry-run", options.dry_run, commands.In({"只显示计划", "only show the plan"}));
  app.Option("--reserves", options.reserves,
             commands.In({"每行的后备队伍数（默认 20）", "reserve teams a line (default 20)"}))
      .Between(0, 200);
  app.Option("--over-ask", options.over_ask, commands.In({"多问百分之几", "percent to ask beyond the need"}))
      .Between(0, 500);
  app.Option("--wave-size", options.wave_size, commands.In({"每轮问几支", "teams asked at a time"})).Between(1, 100);
  app.Option("--answer", options.answer, commands.In({"答复时限，如 10m", "time to answer: 10m"}));
  app.Option("--provisional", options.provisional, commands.In({"有条件答复保留多久", "hold of a provisional answer"}));
  app.Option("--probability", options.probability,
             commands.In({"按时满足的目标概率（建议 0.95）：由此决定每轮问多少",
                          "chance to be filled in time (0.95 is advised): it decides how many are asked"}))
      .Between(0.5, 0.999);
  app.Option("--by", options.fill_by,
             commands.In({"何时之前满足，如 +1h；不填为首班开始", "by when: +1h; left out: the first shift's start"}));
  app.Option("--team", options.teams,
             commands.In(
                 {"自己选的队伍（可重复），代替计划", "a team of your own choice (repeatable), in place of the plan"}));
  app.Option("--line", options.line, commands.In({"--team 用于哪一行", "the line that --team is for"}));
}

}  // namespace

void AddDispatchCommand(Commands& commands) {
  const Command app = commands.Add<Options>(
      commands.root(), "dispatch", {"按计划邀请或派出队伍", "invite or book the teams of a plan"},
      [&](Command command, Options& options) { Bind(commands, command, options); }, Dispatch);
  Commands::Examples(app,
                     "muster dispatch --dry-run\nmuster dispatch REQUEST --answer 5m --probability 0.95 --by "
                     "+1h\nmuster dispatch REQUEST --line "
                     "LINE --team TEAM --direct");
  AddDispatchUndoCommand(commands, app);
}

}  // namespace muster::cli
