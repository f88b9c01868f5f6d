#include "services/cli/app/commands.h"

namespace muster::cli {
namespace {

struct Options {
  std::string shell = "bash";
};

/// The words that may follow the words before the cursor: one "case" a command.
constexpr char kBash[] = R"script(_muster() {
  local word=${COMP_WORDS[COMP_CWORD]} path="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in -*) ;; *) path+=" ${COMP_WORDS[i]}" ;; esac
  done
  COMPREPLY=($(compgen -W "$(muster completion words -- $path 2>/dev/null)" -- "$word"))
}
complete -o default -F _muster muster
)script";

absl::StatusOr<ExitCode> PrintScript(Context& context, const Options&) {
  context.output().Line(kBash);
  return ExitCode::kOk;
}

struct WordOptions {
  std::vector<std::string> path;
  const CLI::App* root = nullptr;
};

const CLI::App* FindCommand(const CLI::App* app, const std::string& name) {
  for (const CLI::App* command : app->get_subcommands({})) {
    if (command->get_name() == name) {
      return command;
    }
  }
  return nullptr;
}

/// The command that the path leads to; words that are no command (ids) end it.
const CLI::App* Follow(const CLI::App* app, const std::vector<std::string>& path) {
  for (const std::string& word : path) {
    const CLI::App* next = FindCommand(app, word);
    if (next == nullptr) {
      break;
    }
    app = next;
  }
  return app;
}

absl::StatusOr<ExitCode> PrintWords(Context& context, const WordOptions& options) {
  const CLI::App* app = Follow(options.root, options.path);
  for (const CLI::App* command : app->get_subcommands({})) {
    context.output().Line(command->get_name());
  }
  for (const CLI::App* level : {app, options.root}) {
    for (const CLI::Option* option : level->get_options()) {
      if (!option->get_lnames().empty()) {
        context.output().Line("--" + option->get_lnames().front());
      }
    }
  }
  return ExitCode::kOk;
}

}  // namespace

void AddCompletionCommand(Commands& commands) {
  CLI::App& group = commands.Group("completion", {"命令补全", "completion of commands in a shell"});
  CLI::App& bash = commands.Add<Options>(
      group, "bash", {"bash 的补全脚本", "the script for bash"}, [](CLI::App&, Options&) {}, PrintScript);
  Commands::Examples(bash, "source <(muster completion bash)");
  CLI::App& words = commands.Add<WordOptions>(
      group, "words", {"某个命令之后可用的词", "the words that may follow a command"},
      [&](CLI::App& app, WordOptions& options) {
        options.root = &commands.root();
        app.add_option("COMMAND", options.path);
      },
      PrintWords);
  words.group("");
}

}  // namespace muster::cli
