#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "muster/base/status_macros.h"
#include "services/cli/app/command.h"
#include "services/cli/app/context.h"

namespace muster::cli {

/// What a chosen command does; its answer is the process's exit code.
using Run = std::function<absl::StatusOr<ExitCode>(Context&)>;

/// The tree of commands that is built before parsing. Each command binds its options to a struct of its own.
class Commands {
 public:
  Commands(Command root, Language language) : root_(root), language_(language) {}

  /// A command that has commands below it: "incident".
  Command Group(const std::string& name, const Text& what) const;

  /// A command. `bind(command, options)` adds its options; `run(context, options)` does it.
  template <class Options, class Bind>
  Command Add(Command parent, const std::string& name, const Text& what, Bind bind,
              absl::StatusOr<ExitCode> (*run)(Context&, const Options&)) {
    const Command command = parent.Sub(name, what.In(language_));
    const auto options = std::make_shared<Options>();
    bind(command, *options);
    command.OnChosen(
        [this, options, run] { chosen_ = [options, run](Context& context) { return run(context, *options); }; });
    return command;
  }

  /// The examples that end a command's help.
  static void Examples(Command command, const std::string& lines) { command.Footer("\n" + lines); }

  /// The text in the language of the help.
  const std::string& In(const Text& text) const { return text.In(language_); }
  Command root() const { return root_; }

  /// What the parsed command line asks for; empty when nothing.
  const Run& chosen() const { return chosen_; }

 private:
  const Command root_;
  const Language language_;
  Run chosen_;
};

// One for each file of commands/.
void AddAlertCommands(Commands& commands);
void AddIncidentCommands(Commands& commands);
/// Those of the group "incident" by which a desk leads.
void AddIncidentDeskCommands(Commands& commands, Command group);
void AddRequestCommands(Commands& commands);
/// Those of the group "request" by which a desk decides on requests and changes them.
void AddTriageCommands(Commands& commands, Command group);
void AddCallUpCommands(Commands& commands);
void AddHelpOfferCommands(Commands& commands);
void AddDeskCommand(Commands& commands);
void AddCandidatesCommand(Commands& commands);
void AddDispatchCommand(Commands& commands);
/// Adds to the command that dispatches.
void AddDispatchUndoCommand(Commands& commands, Command dispatch);
void AddOfferCommands(Commands& commands);
void AddAssignmentCommands(Commands& commands);
/// To the group "assignment".
void AddDeploymentCommands(Commands& commands, Command group);
/// To the group of the assignments, and a group of its own.
void AddPassCommands(Commands& commands, Command assignments);
void AddReportCommands(Commands& commands);
void AddWaveCommands(Commands& commands);
void AddDeliveryCommands(Commands& commands);
void AddWatchCommand(Commands& commands);
void AddOrganizationCommands(Commands& commands);
/// Adds to the group of the organizations.
void AddOrganizationRecordCommands(Commands& commands, Command group);
void AddRegistryCommands(Commands& commands);
void AddReadinessCommands(Commands& commands);
/// Those of the group "team" that change a team.
void AddTeamCommands(Commands& commands, Command group);
/// To the group "member".
void AddMemberCommands(Commands& commands, Command group);
/// To the group "volunteer".
void AddVolunteerCommands(Commands& commands, Command group);
void AddRecruitmentCommands(Commands& commands);
void AddImportCommands(Commands& commands);
void AddVerifyCommand(Commands& commands);
void AddAuditCommands(Commands& commands);
void AddCertCommands(Commands& commands);
void AddDoctorCommand(Commands& commands);
void AddAccountCommands(Commands& commands);
void AddDemoCommands(Commands& commands);
void AddCompletionCommand(Commands& commands);

}  // namespace muster::cli
