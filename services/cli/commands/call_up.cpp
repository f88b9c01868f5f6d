#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::IssueCallUpRequest;
using dispatch::v1::IssueCallUpResponse;

struct NoticeOptions {
  std::string incident = kLast;
  std::string issuer;
  int level = 0;
  std::string district;
  std::vector<std::string> kinds;
  std::string until;
  std::string text;
};

/// The same call again with the token, when the person at the terminal means so many.
absl::StatusOr<IssueCallUpResponse> Send(Context& context, Session& session, IssueCallUpRequest request) {
  request.set_request_id(session.NewRequestId());
  auto reply = session.Call<IssueCallUpResponse>(request);
  if (reply.ok() || !HasReason(reply.status(), Reason::kConfirmRequired)) {
    return reply;
  }
  auto facts = GetErrorInfo(reply.status()).metadata;
  MUSTER_ASSIGN_OR_RETURN(
      const bool meant,
      context.Confirm(
          {"将召集 " + facts["organizations"] + " 个组织的 " + facts["teams"] + " 支队伍。确定？",
           "This calls up " + facts["teams"] + " teams of " + facts["organizations"] + " organizations. Go ahead?"}));
  if (!meant) {
    return reply;
  }
  request.set_confirm_token(facts["confirm_token"]);
  return session.Call<IssueCallUpResponse>(request);
}

absl::StatusOr<ExitCode> Issue(Context& context, const NoticeOptions& options, dispatch::v1::CallUpStep step) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto incident, FindIncident(*session, options.incident));
  IssueCallUpRequest request;
  request.set_incident_id(incident.id());
  request.set_expected_version(incident.version());
  request.set_step(step);
  auto& notice = *request.mutable_notice();
  notice.set_issuer(options.issuer);
  notice.set_level(options.level);
  notice.set_district_path(options.district.empty() ? incident.district_path() : options.district);
  notice.mutable_organization_kinds()->Add(options.kinds.begin(), options.kinds.end());
  notice.set_text(options.text);
  if (!options.until.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time end, ParseTime(options.until, context.clock().Now()));
    *notice.mutable_window()->mutable_end_time() = ToTimestamp(end);
  }
  MUSTER_ASSIGN_OR_RETURN(const auto reply, Send(context, *session, std::move(request)));
  Output& output = context.output();
  if (output.json()) {
    output.Json(reply);
    return ExitCode::kOk;
  }
  PrintIncident(output, reply.incident());
  const std::string organizations = std::to_string(reply.organizations());
  const std::string teams = std::to_string(reply.teams());
  output.Line(
      Text{"覆盖组织 " + organizations + "，队伍 " + teams, "organizations: " + organizations + ", teams: " + teams});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Standby(Context& context, const NoticeOptions& options) {
  return Issue(context, options, dispatch::v1::CALL_UP_STEP_STANDBY);
}
absl::StatusOr<ExitCode> Mobilize(Context& context, const NoticeOptions& options) {
  return Issue(context, options, dispatch::v1::CALL_UP_STEP_MOBILIZE);
}
absl::StatusOr<ExitCode> End(Context& context, const NoticeOptions& options) {
  return Issue(context, options, dispatch::v1::CALL_UP_STEP_END);
}

void BindNotice(Commands& commands, Command app, NoticeOptions& options) {
  app.Option("INCIDENT", options.incident, commands.In({"事件；不填为最新的", "the incident; left out: the newest"}));
  app.Option("--issuer", options.issuer, commands.In({"发布单位", "who issues it"})).Required();
  app.Option("--level", options.level, commands.In({"级别，1 最高", "1 (highest) to 4"})).Required();
  app.Option("--district", options.district,
             commands.In({"召集的区划；不填为事件的区划", "for which district; left out: the incident's"}));
  app.Option("--kind", options.kinds,
             commands.In({"只召集这类组织（可重复）：association、filed_group 等",
                          "only organizations of this kind (repeatable): association, filed_group, ..."}))
      .Repeatable();
  app.Option("--until", options.until, commands.In({"到何时为止", "until when it holds"}));
  app.Option("--text", options.text, commands.In({"正文", "its text"}));
}

}  // namespace

void AddCallUpCommands(Commands& commands) {
  const Command group = commands.Group("call-up", {"动员令", "the notice that opens, changes and ends a mobilization"});
  commands.Add<NoticeOptions>(
      group, "standby", {"令各队待命", "tell teams to be ready"},
      [&](Command app, NoticeOptions& options) { BindNotice(commands, app, options); }, Standby);
  const Command mobilize = commands.Add<NoticeOptions>(
      group, "mobilize", {"发布或更改动员令", "open a mobilization, or change its notice"},
      [&](Command app, NoticeOptions& options) { BindNotice(commands, app, options); }, Mobilize);
  Commands::Examples(mobilize,
                     "muster call-up mobilize --issuer \"Flood control headquarters\" --level 2 --kind association");
  commands.Add<NoticeOptions>(
      group, "end", {"结束动员令", "end it"},
      [&](Command app, NoticeOptions& options) {
        app.Option("INCIDENT", options.incident,
                   commands.In({"事件；不填为最新的", "the incident; left out: the newest"}));
        app.Option("--text", options.text, commands.In({"正文", "its text"}));
      },
      End);
}

}  // namespace muster::cli
