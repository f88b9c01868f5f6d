#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/advancing.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::AssignmentState;
using dispatch::v1::ListAssignmentsResponse;

struct ListOptions {
  std::string incident;
  std::string team;
  std::vector<std::string> states;
  int limit = 50;
};

struct ShowOptions {
  std::string id;
};

struct AdvanceOptions {
  std::string id;
  std::string state;
  std::string override_reason;
  std::string reason;
};

struct ArriveOptions {
  std::string id;
  int headcount = 0;
  std::string at;
  std::optional<double> latitude;
  std::optional<double> longitude;
};

struct EndOptions {
  std::string id;
  std::string reason;
};

absl::StatusOr<ExitCode> Print(Context& context, Session& session, const Assignment& assignment) {
  Directory names(session);
  context.output().json() ? context.output().Json(assignment) : PrintAssignment(context.output(), assignment, names);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  dispatch::v1::ListAssignmentsRequest request;
  for (const std::string& name : options.states) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<AssignmentState>(name));
    request.add_states(state);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  request.set_team_id(options.team);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListAssignmentsResponse>(*session, request, options.limit));
  Directory names(*session);
  context.output().json() ? context.output().Json(reply)
                          : PrintAssignments(context.output(), reply.assignments(), names);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(Context& context, const ShowOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Assignment assignment, ReadAssignment(*session, options.id));
  return Print(context, *session, assignment);
}

absl::StatusOr<ExitCode> Advance(Context& context, const AdvanceOptions& options) {
  std::optional<AssignmentState> target;
  if (!options.state.empty()) {
    MUSTER_ASSIGN_OR_RETURN(target, ParseEnum<AssignmentState>(options.state));
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Assignment current, ReadAssignment(*session, options.id));
  MUSTER_ASSIGN_OR_RETURN(const Assignment moved,
                          MoveAssignment(*session, current, target.value_or(NextState(current.state())),
                                         {.cover_override_reason = options.override_reason, .reason = options.reason}));
  return Print(context, *session, moved);
}

absl::StatusOr<ExitCode> CheckIn(Context& context, const ArriveOptions& options) {
  dispatch::v1::CheckInRequest request;
  request.set_id(options.id);
  request.set_headcount(options.headcount);
  if (!options.at.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time at, ParseTime(options.at, context.clock().Now()));
    *request.mutable_happen_time() = ToTimestamp(at);
  }
  if (options.latitude.has_value() && options.longitude.has_value()) {
    request.mutable_position()->set_latitude(*options.latitude);
    request.mutable_position()->set_longitude(*options.longitude);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Assignment assignment, session->Call<Assignment>(request));
  return Print(context, *session, assignment);
}

absl::StatusOr<ExitCode> CheckOut(Context& context, const ArriveOptions& options) {
  dispatch::v1::CheckOutRequest request;
  request.set_id(options.id);
  request.set_headcount(options.headcount);
  if (!options.at.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time at, ParseTime(options.at, context.clock().Now()));
    *request.mutable_happen_time() = ToTimestamp(at);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Assignment assignment, session->Call<Assignment>(request));
  return Print(context, *session, assignment);
}

absl::StatusOr<ExitCode> End(Context& context, const EndOptions& options, AssignmentState state) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Assignment current, ReadAssignment(*session, options.id));
  MUSTER_ASSIGN_OR_RETURN(const Assignment ended, MoveAssignment(*session, current, state, {.reason = options.reason}));
  return Print(context, *session, ended);
}

absl::StatusOr<ExitCode> Release(Context& context, const EndOptions& options) {
  return End(context, options, dispatch::v1::ASSIGNMENT_STATE_RELEASED);
}
absl::StatusOr<ExitCode> Recall(Context& context, const EndOptions& options) {
  return End(context, options, dispatch::v1::ASSIGNMENT_STATE_RECALLED);
}

void BindList(Commands& commands, Command app, ListOptions& options) {
  app.Option("--incident", options.incident,
             commands.In({"只列这个事件的（可用 last）", "only of this incident (or last)"}));
  app.Option("--team", options.team, commands.In({"只列这支队伍的", "only of this team"}));
  app.Option(
      "--state", options.states,
      commands.In(
          {"只列这些状态：reserved、mobilizing、en_route、on_scene、working、released、returning、home…",
           "only these states: reserved, mobilizing, en_route, on_scene, working, released, returning, home..."}));
  app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
}

void BindAdvance(Commands& commands, Command app, AdvanceOptions& options) {
  app.Option("ASSIGNMENT", options.id).Required();
  app.Option("STATE", options.state,
             commands.In({"目标状态；不填为下一步", "the state to go to; left out: the next one"}));
  app.Option("--cover-override", options.override_reason,
             commands.In({"没有保险也放行的原因（值班员）", "let it depart without cover, and why (operators)"}));
  app.Option("--reason", options.reason, commands.In({"取消或未到的原因", "why, for cancelled and no_show"}));
}

void AddMoves(Commands& commands, Command group) {
  const Command advance = commands.Add<AdvanceOptions>(
      group, "advance", {"走到下一步：集结、出发、到场、工作、解除、返回、回家", "take the next step towards home"},
      [&](Command app, AdvanceOptions& options) { BindAdvance(commands, app, options); }, Advance);
  Commands::Examples(advance,
                     "muster assignment advance ASSIGNMENT\nmuster assignment advance ASSIGNMENT en_route "
                     "--cover-override \"city policy 7\"");
  const Command check_in = commands.Add<ArriveOptions>(
      group, "checkin", {"到场签到", "arrival on scene"},
      [&](Command app, ArriveOptions& options) {
        app.Option("ASSIGNMENT", options.id).Required();
        app.Option("--people", options.headcount, commands.In({"到了多少人", "how many came"}));
        app.Option("--at", options.at, commands.In({"实际时间（补报）", "when it happened, told late"}));
        const Argument latitude = app.Option("--lat", options.latitude, commands.In({"纬度", "degrees north"}));
        app.Option("--lon", options.longitude, commands.In({"经度", "degrees east"})).Needs(latitude);
      },
      CheckIn);
  Commands::Examples(check_in, "muster assignment checkin ASSIGNMENT --people 12 --lat 31.30 --lon 120.62");
  commands.Add<ArriveOptions>(
      group, "checkout", {"全员回家签退", "everybody is home"},
      [&](Command app, ArriveOptions& options) {
        app.Option("ASSIGNMENT", options.id).Required();
        app.Option("--people", options.headcount, commands.In({"回来多少人", "how many are home"}));
        app.Option("--at", options.at, commands.In({"实际时间（补报）", "when it happened, told late"}));
      },
      CheckOut);
}

}  // namespace

void AddAssignmentCommands(Commands& commands) {
  const Command group =
      commands.Group("assignment", {"任务：从预定到回家", "assignments: from the booking until home"});
  commands.Add<ListOptions>(
      group, "list", {"列出任务，新的在前", "list assignments, newest first"},
      [&](Command app, ListOptions& options) { BindList(commands, app, options); }, List);
  commands.Add<ShowOptions>(
      group, "show", {"查看一项任务", "show an assignment"},
      [](Command app, ShowOptions& options) { app.Option("ASSIGNMENT", options.id).Required(); }, Show);
  AddMoves(commands, group);
  const auto bind_end = [&](Command app, EndOptions& options) {
    app.Option("ASSIGNMENT", options.id).Required();
    app.Option("--reason", options.reason, commands.In({"原因", "why"}));
  };
  commands.Add<EndOptions>(group, "release", {"解除任务：工作完成", "release: the work is done"}, bind_end, Release);
  commands.Add<EndOptions>(group, "recall", {"召回", "call the team back"}, bind_end, Recall);
  AddDeploymentCommands(commands, group);
  AddPassCommands(commands, group);
}

}  // namespace muster::cli
