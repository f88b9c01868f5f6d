#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/status_macros.h"
#include "services/cli/app/context.h"

namespace muster::cli {

/// What a chosen command does; its answer is the process's exit code.
using Run = std::function<absl::StatusOr<ExitCode>(Context&)>;

/// The tree of commands that is built before parsing. Each command binds its options to a struct of its own.
class Commands {
 public:
  Commands(CLI::App& root, Language language) : root_(root), language_(language) {}

  /// A command that has commands below it: "incident".
  CLI::App& Group(const std::string& name, const Text& what);

  /// A command. `bind(app, options)` adds its options; `run(context, options)` does it.
  template <class Options, class Bind>
  CLI::App& Add(CLI::App& parent, const std::string& name, const Text& what, Bind bind,
                absl::StatusOr<ExitCode> (*run)(Context&, const Options&)) {
    CLI::App& app = *parent.add_subcommand(name, what.In(language_));
    const auto options = std::make_shared<Options>();
    bind(app, *options);
    app.callback([this, &app, options, run] {
      if (app.get_subcommands().empty()) {  // "demo load" calls back for "demo" too
        chosen_ = [options, run](Context& context) { return run(context, *options); };
      }
    });
    return app;
  }

  /// The examples that end a command's help.
  static void Examples(CLI::App& app, const std::string& lines) { app.footer("\n" + lines); }

  /// The text in the language of the help.
  const std::string& In(const Text& text) const { return text.In(language_); }
  CLI::App& root() { return root_; }

  /// What the parsed command line asks for; empty when nothing.
  const Run& chosen() const { return chosen_; }

 private:
  CLI::App& root_;
  const Language language_;
  Run chosen_;
};

// One for each file of commands/.
void AddAlertCommands(Commands& commands);
void AddIncidentCommands(Commands& commands);
void AddRequestCommands(Commands& commands);
void AddCandidatesCommand(Commands& commands);
void AddDispatchCommand(Commands& commands);
void AddOfferCommands(Commands& commands);
void AddAssignmentCommands(Commands& commands);
void AddReportCommands(Commands& commands);
void AddWaveCommands(Commands& commands);
void AddDeliveryCommands(Commands& commands);
void AddWatchCommand(Commands& commands);
void AddRegistryCommands(Commands& commands);
void AddVerifyCommand(Commands& commands);
void AddAuditCommands(Commands& commands);
void AddDoctorCommand(Commands& commands);
void AddAccountCommands(Commands& commands);
void AddDemoCommands(Commands& commands);
void AddCompletionCommand(Commands& commands);

}  // namespace muster::cli
