// The commands of the group "request" by which a desk decides on requests and changes them: triage, amend, split.

#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/app/changing.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/names.h"
#include "services/cli/parse/line_spec.h"

namespace muster::cli {
namespace {

using dispatch::v1::AmendRequestRequest;
using dispatch::v1::ResourceRequest;

struct TriageOptions {
  std::string id;
  std::string decision;
  std::string other;
  std::string note;
};

struct AmendOptions {
  std::string id;
  std::string line;
  int quantity = 0;
  int priority = 0;
  std::string instructions;
  std::vector<std::string> must_haves;
  std::vector<std::string> wishes;
  bool cancel = false;
  std::vector<std::string> new_lines;
  std::string reason;
};

struct SplitOptions {
  std::string id;
  std::string line;
  int quantity = 0;
  std::string reason;
};

absl::StatusOr<ExitCode> Triage(Context& context, const TriageOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(const auto decision, ParseEnum<dispatch::v1::TriageDecision>(options.decision));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const ResourceRequest current, FindRequest(*session, options.id));
  dispatch::v1::TriageRequestRequest request;
  request.set_id(current.id());
  request.set_expected_version(current.version());
  request.set_decision(decision);
  request.set_other_id(options.other);
  request.set_note(options.note);
  return Change<ResourceRequest>(context, *session, std::move(request), PrintRequest);
}

/// The request as it is, as a change of it without content.
absl::StatusOr<AmendRequestRequest> ChangeOf(Session& session, const std::string& id, const std::string& reason) {
  MUSTER_ASSIGN_OR_RETURN(const ResourceRequest current, FindRequest(session, id));
  AmendRequestRequest request;
  request.set_id(current.id());
  request.set_expected_version(current.version());
  request.set_reason(reason);
  return request;
}

void SetLine(const AmendOptions& options, dispatch::v1::LineAmendment& amendment) {
  amendment.set_line_id(options.line);
  amendment.set_cancel(options.cancel);
  auto& line = *amendment.mutable_line();
  const auto changed = [&amendment](const char* path) { amendment.mutable_update_mask()->add_paths(path); };
  if (options.quantity != 0) {
    line.set_quantity(options.quantity);
    changed("quantity");
  }
  if (options.priority != 0) {
    line.set_priority(options.priority);
    changed("priority");
  }
  if (!options.instructions.empty()) {
    line.set_instructions(options.instructions);
    changed("instructions");
  }
  if (!options.must_haves.empty()) {
    line.mutable_must_haves()->Add(options.must_haves.begin(), options.must_haves.end());
    changed("must_haves");
  }
  if (!options.wishes.empty()) {
    line.mutable_wishes()->Add(options.wishes.begin(), options.wishes.end());
    changed("wishes");
  }
}

absl::StatusOr<ExitCode> Amend(Context& context, const AmendOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(AmendRequestRequest request, ChangeOf(*session, options.id, options.reason));
  if (!options.line.empty()) {
    SetLine(options, *request.add_amendments());
  }
  for (const std::string& text : options.new_lines) {
    MUSTER_ASSIGN_OR_RETURN(*request.add_new_lines(), ParseLineSpec(text, context.clock().Now()));
  }
  return Change<ResourceRequest>(context, *session, std::move(request), PrintRequest);
}

absl::StatusOr<ExitCode> Split(Context& context, const SplitOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(AmendRequestRequest request, ChangeOf(*session, options.id, options.reason));
  auto& amendment = *request.add_amendments();
  amendment.set_line_id(options.line);
  amendment.add_split_quantities(options.quantity);
  return Change<ResourceRequest>(context, *session, std::move(request), PrintRequest);
}

void BindTriage(Commands& commands, Command app, TriageOptions& options) {
  app.Option("ID", options.id, commands.In({"编号；last 为最新的", "its id; last: the newest"})).Required();
  app.Option("DECISION", options.decision,
             commands.In({"accept 受理、merge 并入、link 关联、refuse 不受理", "accept, merge, link or refuse"}))
      .Required();
  app.Option("--with", options.other,
             commands.In({"并入或关联的另一份需求", "the other request, to merge into or link"}));
  app.Option("--note", options.note, commands.In({"说明，提出单位可见", "why; who asked reads it"}));
}

void BindAmend(Commands& commands, Command app, AmendOptions& options) {
  app.Option("ID", options.id, commands.In({"编号；last 为最新的", "its id; last: the newest"})).Required();
  app.Option("--line", options.line, commands.In({"要改的行", "the line to change"}));
  app.Option("--quantity", options.quantity, commands.In({"数量", "how many"}));
  app.Option("--priority", options.priority, commands.In({"优先级，1 最急", "1 (highest) to 5"}));
  app.Option("--instructions", options.instructions, commands.In({"给队伍的说明", "what the team is to know"}));
  app.Option("--must-have", options.must_haves,
             commands.In({"必须具备（可重复）：vehicle、women、language:en、equipment:boat",
                          "what a team must have (repeatable): vehicle, women, language:en, equipment:boat"}))
      .Repeatable();
  app.Option("--wish", options.wishes, commands.In({"最好具备（可重复）", "what is wished (repeatable)"})).Repeatable();
  app.Flag("--cancel", options.cancel, commands.In({"取消这一行", "cancel the line"}));
  app.Option("--new-line", options.new_lines,
             commands.In(
                 {"再加一行（可重复），写法同 request create --line", "a further line, as in request create --line"}))
      .Repeatable();
  app.Option("--reason", options.reason, commands.In({"原因", "why"}));
}

}  // namespace

void AddTriageCommands(Commands& commands, Command group) {
  const Command triage = commands.Add<TriageOptions>(
      group, "triage", {"受理、并入、关联或不受理需求", "decide on a request: take it on, merge, link or refuse it"},
      [&](Command app, TriageOptions& options) { BindTriage(commands, app, options); }, Triage);
  Commands::Examples(triage,
                     "muster request triage REQUEST accept\n"
                     "muster request triage REQUEST merge --with OTHER --note \"the same street\"");
  commands.Add<AmendOptions>(
      group, "amend", {"修改需求的行，或增加行", "change a line of a request, or add lines"},
      [&](Command app, AmendOptions& options) { BindAmend(commands, app, options); }, Amend);
  commands.Add<SplitOptions>(
      group, "split", {"把一行拆成两行", "split a line in two"},
      [&](Command app, SplitOptions& options) {
        app.Option("ID", options.id, commands.In({"编号；last 为最新的", "its id; last: the newest"})).Required();
        app.Option("--line", options.line, commands.In({"要拆的行", "the line to split"})).Required();
        app.Option("--quantity", options.quantity, commands.In({"拆出多少", "how many go into the new line"}))
            .Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
      },
      Split);
}

}  // namespace muster::cli
