#include <optional>

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
  std::optional<Command> root;
};

absl::StatusOr<ExitCode> PrintWords(Context& context, const WordOptions& options) {
  for (const std::string& word : options.root->WordsAfter(options.path)) {
    context.output().Line(word);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddCompletionCommand(Commands& commands) {
  const Command group = commands.Group("completion", {"命令补全", "completion of commands in a shell"});
  const Command bash = commands.Add<Options>(
      group, "bash", {"bash 的补全脚本", "the script for bash"}, [](Command, Options&) {}, PrintScript);
  Commands::Examples(bash, "source <(muster completion bash)");
  const Command words = commands.Add<WordOptions>(
      group, "words", {"某个命令之后可用的词", "the words that may follow a command"},
      [&](Command app, WordOptions& options) {
        options.root = commands.root();
        app.Option("COMMAND", options.path);
      },
      PrintWords);
  words.Hide();
}

}  // namespace muster::cli
