#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "services/cli/app/commands.h"
#include "services/cli/loader/city_loader.h"
#include "services/cli/output/progress.h"
#include "services/cli/story/alert_text.h"
#include "services/cli/story/story.h"

namespace muster::cli {
namespace {

struct PlayOptions {
  bool pause = false;
};

struct AlertOptions {
  bool exercise = false;
};

void PrintResult(Output& output, const LoadResult& result) {
  const int64_t rows = result.stored + result.skipped;
  const auto rate = static_cast<int64_t>(static_cast<double>(rows) / std::max(result.seconds, 0.001));
  if (output.json()) {
    nlohmann::ordered_json json;
    json["stored"] = result.stored;
    json["skipped"] = result.skipped;
    json["seconds"] = result.seconds;
    json["rowsPerSecond"] = rate;
    output.Line(json.dump(2));
    return;
  }
  output.Line(Text{fmt::format("载入 {} 行，已有 {} 行，用时 {:.1f} 秒（每秒 {} 行）", Thousands(result.stored),
                               Thousands(result.skipped), result.seconds, Thousands(rate)),
                   fmt::format("{} rows stored, {} there already, in {:.1f} s ({} rows/s)", Thousands(result.stored),
                               Thousands(result.skipped), result.seconds, Thousands(rate))});
}

absl::StatusOr<ExitCode> Load(Context& context, const LoadOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * officer, context.Open("officer"));
  MUSTER_ASSIGN_OR_RETURN(const LoadResult result, LoadCity(context, *officer, options));
  MUSTER_RETURN_IF_ERROR(EnsureOrganizationKey(context));
  PrintResult(context.output(), result);
  MUSTER_ASSIGN_OR_RETURN(const auto duty_operator, context.OpenAs("operator"));
  MUSTER_ASSIGN_OR_RETURN(const bool indexed, AwaitIndex(context, *duty_operator));
  if (!indexed) {
    context.output().Note(
        {"匹配索引仍在更新，稍后才能查询队伍。", "Matching is still taking the teams in; ask for candidates later."});
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Play(Context& context, const PlayOptions& options) {
  // The story answers the question whether so many people are meant: it only plays.
  Globals globals = context.globals();
  globals.yes = true;
  Context unattended(globals, context.output(), context.clock());
  return PlayStory(unattended, options.pause);
}

/// An alert is only of use while it is young, so it is written anew each time.
absl::StatusOr<ExitCode> WriteAlert(Context& context, const AlertOptions& options) {
  const Time now = context.clock().Now();
  AlertFacts facts;
  facts.identifier = "demo-" + std::to_string(ToMicros(now) / 1'000'000);
  facts.status = options.exercise ? "Exercise" : "Actual";
  facts.sent = now;
  context.output().Line(MakeAlert(facts));
  return ExitCode::kOk;
}

}  // namespace

void AddDemoCommands(Commands& commands) {
  const auto bind_play = [&](Command app, PlayOptions& options) {
    app.Flag("--pause", options.pause, commands.In({"每章之间等待回车", "wait for Enter between chapters"}));
  };
  const Command demo =
      commands.Add<PlayOptions>(commands.root(), "demo",
                                {"演示：从警报到队伍回家的一次动员（约 45 秒）",
                                 "a mobilization from the alert until the teams are home (about 45 s)"},
                                bind_play, Play);
  Commands::Examples(
      demo,
      "muster demo load\nmuster demo\nmuster demo alert | muster alert submit -\nmuster demo play --pause --lang en");
  commands.Add<PlayOptions>(demo, "play", {"演示这次动员", "play the mobilization"}, bind_play, Play);
  commands.Add<AlertOptions>(
      demo, "alert", {"写出一份当前的 CAP 警报（不发送）", "write a CAP alert of this moment; sends nothing"},
      [&](Command app, AlertOptions& options) {
        app.Flag("--exercise", options.exercise, commands.In({"演练", "of status Exercise: makes a drill"}));
      },
      WriteAlert);
  commands.Add<LoadOptions>(
      demo, "load", {"载入示范城市；重复执行不会改变什么", "load the demo city; doing it again changes nothing"},
      [&](Command app, LoadOptions& options) {
        app.Option("--scale", options.scale, commands.In({"规模：1 为整个城市", "its size: 1 is the whole city"}))
            .Between(0.001, 4.0)
            .ShowDefault();
        app.Option("--seed", options.seed, commands.In({"种子：相同则城市相同", "the same seed makes the same city"}))
            .ShowDefault();
      },
      Load);
}

}  // namespace muster::cli
