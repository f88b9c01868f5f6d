#include <fmt/format.h>

#include <optional>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::GetWavePlanResponse;
using dispatch::v1::RequestLine;

struct ShowOptions {
  std::string line;
};

struct SetOptions {
  std::string line;
  int size = 0;
  std::string answer;
  std::string provisional;
  std::optional<double> probability;
  std::string fill_by;
  bool stop = false;
  bool go_on = false;
};

absl::StatusOr<GetWavePlanResponse> ReadPlan(Session& session, const std::string& line) {
  dispatch::v1::GetWavePlanRequest request;
  request.set_line_id(line);
  return session.Call<GetWavePlanResponse>(request);
}

void PrintPolicy(Output& output, const RequestLine& line) {
  const auto& policy = line.wave_policy();
  Card card;
  card.Add(output.In({"行", "line"}), line.id() + "  " + DescribeLine(line, output.language()));
  card.Add(output.In({"已发轮次", "waves sent"}), std::to_string(line.wave()));
  card.Add(output.In({"每轮队伍", "teams a wave"}), std::to_string(policy.wave_size()));
  card.Add(output.In({"答复时限", "time to answer"}), std::to_string(policy.answer_seconds()) + " s");
  card.Add(output.In({"有条件保留", "provisional hold"}), std::to_string(policy.provisional_seconds()) + " s");
  if (policy.fill_probability() > 0) {
    card.Add(output.In({"目标概率", "to be filled with"}), fmt::format("{:.1f} %", 100 * policy.fill_probability()));
    card.Add(output.In({"何时之前", "by"}),
             FormatTime(policy.has_fill_by_time() || line.windows().empty() ? policy.fill_by_time()
                                                                            : line.windows(0).start_time()));
  }
  card.Add(output.In({"自动续发", "goes on by itself"}),
           policy.stopped() ? output.In({"已停止", "stopped"}) : output.In({"是", "yes"}));
  output.Print(card);
}

/// What is planned for a line that asks by chance.
void PrintChances(Output& output, const GetWavePlanResponse& plan) {
  Card card;
  card.Add(output.In({"已问者预计接受", "acceptances to expect"}), fmt::format("{:.1f}", plan.expected_acceptances()));
  card.Add(output.In({"按时满足的概率", "chance to be filled in time"}),
           fmt::format("{:.1f} %", 100 * plan.fill_chance()));
  if (plan.has_next_wave_time()) {
    card.Add(output.In({"下一次检查", "next look"}), FormatTime(plan.next_wave_time()));
    card.Add(output.In({"届时邀请", "asks then"}), std::to_string(plan.next_wave_teams()));
  }
  output.Print(card);
}

absl::StatusOr<ExitCode> Plan(Context& context, const ShowOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto plan, ReadPlan(*session, options.line));
  Output& output = context.output();
  if (output.json()) {
    output.Json(plan);
    return ExitCode::kOk;
  }
  if (plan.line().wave_policy().fill_probability() > 0) {
    PrintChances(output, plan);
  } else {
    output.Note(
        {"这一行按固定批次邀请。建议：muster wave set " + options.line + " --probability 0.95",
         "This line asks in waves of one size. Advised: muster wave set " + options.line + " --probability 0.95"});
  }
  if (!In(plan.holding(), output.language()).empty()) {
    output.Line(In(plan.holding(), output.language()));
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(Context& context, const ShowOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto plan, ReadPlan(*session, options.line));
  Output& output = context.output();
  if (output.json()) {
    output.Json(plan);
    return ExitCode::kOk;
  }
  PrintPolicy(output, plan.line());
  if (!In(plan.holding(), output.language()).empty()) {
    output.Line(In(plan.holding(), output.language()));
  }
  Directory names(*session);
  Table table({output.In({"等待的队伍", "waiting team"}), output.In({"名称", "name"})});
  for (const std::string& team : plan.waiting_team_ids()) {
    table.Add({team, names.TeamName(team)});
  }
  if (!table.empty()) {
    output.Print(table);
  }
  return ExitCode::kOk;
}

absl::Status Change(const SetOptions& options, Time now, dispatch::v1::WavePolicy& policy) {
  using std::chrono::seconds;
  if (options.size > 0) {
    policy.set_wave_size(options.size);
  }
  if (!options.answer.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Duration length, ParseDuration(options.answer));
    policy.set_answer_seconds(static_cast<int32_t>(std::chrono::duration_cast<seconds>(length).count()));
  }
  if (!options.provisional.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Duration length, ParseDuration(options.provisional));
    policy.set_provisional_seconds(static_cast<int32_t>(std::chrono::duration_cast<seconds>(length).count()));
  }
  policy.set_fill_probability(options.probability.value_or(policy.fill_probability()));
  if (!options.fill_by.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time by, ParseTime(options.fill_by, now));
    *policy.mutable_fill_by_time() = ToTimestamp(by);
  }
  policy.set_stopped(options.stop || (policy.stopped() && !options.go_on));
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Set(Context& context, const SetOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto plan, ReadPlan(*session, options.line));
  dispatch::v1::SetWavePolicyRequest request;
  request.set_line_id(options.line);
  request.set_expected_version(plan.line().version());
  *request.mutable_wave_policy() = plan.line().wave_policy();
  MUSTER_RETURN_IF_ERROR(Change(options, context.clock().Now(), *request.mutable_wave_policy()));
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const auto line, session->Call<RequestLine>(request));
  context.output().json() ? context.output().Json(line) : PrintPolicy(context.output(), line);
  return ExitCode::kOk;
}

}  // namespace

void AddWaveCommands(Commands& commands) {
  const Command group = commands.Group("wave", {"一轮一轮的自动邀请", "how a line asks, wave after wave"});
  commands.Add<ShowOptions>(
      group, "show", {"查看接下来会问谁、为何不发", "what goes out next, and why it does not"},
      [](Command app, ShowOptions& options) { app.Option("LINE", options.line).Required(); }, Show);
  const Command plan = commands.Add<ShowOptions>(
      group, "plan",
      {"按概率邀请的一行：预计多少接受、能否按时满足", "of a line that asks by chance: what is to be expected"},
      [](Command app, ShowOptions& options) { app.Option("LINE", options.line).Required(); }, Plan);
  Commands::Examples(plan, "muster wave plan LINE");
  const Command set = commands.Add<SetOptions>(
      group, "set", {"调整或停止自动邀请", "change or stop it"},
      [&](Command app, SetOptions& options) {
        app.Option("LINE", options.line).Required();
        app.Option("--size", options.size, commands.In({"每轮几支队伍", "teams a wave"})).Between(1, 100);
        app.Option("--answer", options.answer, commands.In({"答复时限", "time to answer"}));
        app.Option("--provisional", options.provisional,
                   commands.In({"有条件答复保留多久", "hold of a provisional answer"}));
        app.Option("--probability", options.probability,
                   commands.In({"按时满足的目标概率（建议 0.95）；0 为按固定批次",
                                "chance to be filled in time (0.95 is advised); 0: waves of one size"}))
            .Between(0, 0.999);
        app.Option("--by", options.fill_by, commands.In({"何时之前满足，如 +1h", "by when: +1h"}));
        const Argument stop =
            app.Flag("--stop", options.stop, commands.In({"不再自动发", "no further wave by itself"}));
        app.Flag("--resume", options.go_on, commands.In({"恢复自动发", "go on by itself"})).Excludes(stop);
      },
      Set);
  Commands::Examples(set,
                     "muster wave set LINE --stop\nmuster wave set LINE --size 5 --answer 5m --resume\nmuster wave set "
                     "LINE --probability 0.95 --by +1h");
}

}  // namespace muster::cli
