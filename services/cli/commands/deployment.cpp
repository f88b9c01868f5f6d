#include <fmt/format.h>

#include <string>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/advancing.h"
#include "services/cli/app/changing.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::Assignment;

struct ExtendOptions {
  std::string id;
  std::string from;
  std::string length = "4h";
  std::string reason;
  std::string override_reason;
};

struct RelieveOptions {
  std::string id;
  std::string team;
  std::string from;
  std::string note;
};

struct RedeployOptions {
  std::string id;
  std::string line;
  std::string reason;
  std::string override_reason;
};

struct ConfirmOptions {
  std::string id;
  bool done = false;
  int headcount = 0;
  std::string note;
};

struct RecordOptions {
  std::string team;
};

/// Prints assignments one below the other.
void PrintAll(Output& output, Session& session, const std::vector<Assignment>& assignments) {
  Directory names(session);
  for (const Assignment& assignment : assignments) {
    PrintAssignment(output, assignment, names);
  }
}

absl::StatusOr<ExitCode> Extend(Context& context, const ExtendOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Assignment current, ReadAssignment(*session, options.id));
  if (current.windows().empty()) {
    return UsageError({"这项任务没有班次。", "This assignment has no shifts."});
  }
  Time start = ToTime(current.windows().rbegin()->end_time());
  if (!options.from.empty()) {
    MUSTER_ASSIGN_OR_RETURN(start, ParseTime(options.from, context.clock().Now()));
  }
  MUSTER_ASSIGN_OR_RETURN(const Duration length, ParseDuration(options.length));
  dispatch::v1::ExtendAssignmentRequest request;
  request.set_id(current.id());
  request.set_expected_version(current.version());
  *request.add_windows()->mutable_start_time() = ToTimestamp(start);
  *request.mutable_windows(0)->mutable_end_time() = ToTimestamp(start + length);
  request.set_reason(options.reason);
  request.set_rest_override_reason(options.override_reason);
  return Change<Assignment>(context, *session, request,
                            [&](Output& output, const Assignment& reply) { PrintAll(output, *session, {reply}); });
}

absl::StatusOr<ExitCode> Relieve(Context& context, const RelieveOptions& options) {
  dispatch::v1::RelieveAssignmentRequest request;
  if (!options.from.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time from, ParseTime(options.from, context.clock().Now()));
    *request.mutable_relief_time() = ToTimestamp(from);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Assignment current, ReadAssignment(*session, options.id));
  request.set_id(current.id());
  request.set_expected_version(current.version());
  request.set_team_id(options.team);
  request.set_handover_note(options.note);
  return Change<dispatch::v1::RelieveAssignmentResponse>(
      context, *session, request, [&](Output& output, const dispatch::v1::RelieveAssignmentResponse& reply) {
        PrintAll(output, *session, {reply.relief(), reply.relieved()});
      });
}

absl::StatusOr<ExitCode> Redeploy(Context& context, const RedeployOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Assignment current, ReadAssignment(*session, options.id));
  dispatch::v1::RedeployAssignmentRequest request;
  request.set_id(current.id());
  request.set_expected_version(current.version());
  request.set_line_id(options.line);
  request.set_reason(options.reason);
  request.set_rest_override_reason(options.override_reason);
  return Change<dispatch::v1::RedeployAssignmentResponse>(
      context, *session, request, [&](Output& output, const dispatch::v1::RedeployAssignmentResponse& reply) {
        PrintAll(output, *session, {reply.reserved(), reply.ended()});
      });
}

absl::StatusOr<ExitCode> Confirm(Context& context, const ConfirmOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::ConfirmWorkRequest request;
  request.set_id(options.id);
  request.set_stage(options.done ? dispatch::v1::WORK_STAGE_DONE : dispatch::v1::WORK_STAGE_ARRIVED);
  request.set_headcount(options.headcount);
  request.set_note(options.note);
  return Change<Assignment>(context, *session, request,
                            [&](Output& output, const Assignment& reply) { PrintAll(output, *session, {reply}); });
}

absl::StatusOr<ExitCode> Record(Context& context, const RecordOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::GetServiceRecordRequest request;
  request.set_team_id(options.team);
  MUSTER_ASSIGN_OR_RETURN(const auto record, session->Call<dispatch::v1::ServiceRecord>(request));
  Output& output = context.output();
  if (output.json()) {
    output.Json(record);
    return ExitCode::kOk;
  }
  Card card;
  card.Add(output.In({"队伍", "team"}), record.team_id());
  card.Add(output.In({"被邀请", "asked"}), std::to_string(record.asked()));
  card.Add(output.In({"接受", "accepted"}), std::to_string(record.accepted()));
  card.Add(output.In({"谢绝", "declined"}), std::to_string(record.declined()));
  card.Add(output.In({"未答复", "unanswered"}), std::to_string(record.unanswered()));
  card.Add(output.In({"完成", "completed"}), std::to_string(record.completed()));
  card.Add(output.In({"未到", "no-shows"}), std::to_string(record.no_shows()));
  card.Add(output.In({"近24小时工作", "hours in the last 24"}), fmt::format("{:.1f}", record.hours_last_day()));
  output.Print(card);
  return ExitCode::kOk;
}

void AddOverride(Commands& commands, Command app, std::string& target) {
  app.Option("--rest-override", target,
             commands.In({"休息不足也让其继续的原因（值班员）",
                          "let it go on without the rest it needs, and why (operators)"}));
}

}  // namespace

void AddDeploymentCommands(Commands& commands, Command group) {
  const Command extend = commands.Add<ExtendOptions>(
      group, "extend", {"延长：增加一个班次", "extend: one shift more"},
      [&](Command app, ExtendOptions& options) {
        app.Option("ASSIGNMENT", options.id).Required();
        app.Option("--from", options.from,
                   commands.In({"从何时起；不填为接着最后一班", "from when; left out: right after its last shift"}));
        app.Option("--for", options.length, commands.In({"多长", "how long"})).ShowDefault();
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
        AddOverride(commands, app, options.override_reason);
      },
      Extend);
  Commands::Examples(extend, "muster assignment extend ASSIGNMENT --for 3h --rest-override \"the dyke breaks\"");
  const Command relieve = commands.Add<RelieveOptions>(
      group, "relieve", {"轮换：另一支队伍来接替", "relieve: another team takes over"},
      [&](Command app, RelieveOptions& options) {
        app.Option("ASSIGNMENT", options.id).Required();
        app.Option("--team", options.team, commands.In({"来接替的队伍", "the team that comes"})).Required();
        app.Option("--from", options.from, commands.In({"从何时起；不填为现在", "from when; left out: now"}));
        app.Option("--handover", options.note, commands.In({"交接事项", "what it has to know"}));
      },
      Relieve);
  Commands::Examples(relieve,
                     "muster assignment relieve ASSIGNMENT --team TEAM --from +2h --handover \"mind the weir\"");
  commands.Add<RedeployOptions>(
      group, "redeploy", {"调往另一行需求", "redeploy: to another line, at once"},
      [&](Command app, RedeployOptions& options) {
        app.Option("ASSIGNMENT", options.id).Required();
        app.Option("--line", options.line, commands.In({"去哪一行需求", "the line that it serves from now on"}))
            .Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
        AddOverride(commands, app, options.override_reason);
      },
      Redeploy);
  commands.Add<ConfirmOptions>(
      group, "confirm", {"需求单位确认到场或完成", "the unit that asked confirms arrival, or the work"},
      [&](Command app, ConfirmOptions& options) {
        app.Option("ASSIGNMENT", options.id).Required();
        app.Flag("--done", options.done,
                 commands.In({"工作已完成；不填为已到场", "the work is done; left out: arrived"}));
        app.Option("--people", options.headcount, commands.In({"看到多少人；不填为签到人数", "how many it saw"}));
        app.Option("--note", options.note, commands.In({"说明", "what it has to say"}));
      },
      Confirm);
  commands.Add<RecordOptions>(
      group, "record", {"一支队伍的履约记录", "how a team has kept its word"},
      [](Command app, RecordOptions& options) { app.Option("TEAM", options.team).Required(); }, Record);
}

}  // namespace muster::cli
