#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/format.h"

namespace muster::cli {
namespace {

using dispatch::v1::GetDeskResponse;

struct DeskOptions {
  std::string incident;
};

absl::StatusOr<ExitCode> Show(Context& context, const DeskOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::GetDeskRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  MUSTER_ASSIGN_OR_RETURN(const auto desk, session->Call<GetDeskResponse>(request));
  Output& output = context.output();
  if (output.json()) {
    output.Json(desk);
    return ExitCode::kOk;
  }
  Card card;
  const auto add = [&](const Text& what, int number) { card.Add(output.In(what), std::to_string(number)); };
  add({"待受理的需求", "requests to look at"}, desk.requests_submitted());
  add({"待答复的援助", "help without an answer"}, desk.help_unanswered());
  add({"其中已超时", "of those, overdue"}, desk.help_overdue());
  add({"缺人且无候补的行", "lines short, nobody left to ask"}, desk.lines_short());
  add({"待确认的有条件答复", "provisional answers"}, desk.offers_provisional());
  add({"逾期未签到的队伍", "check-ins overdue"}, desk.check_ins_overdue());
  add({"有警示的任务", "assignments with an alarm"}, desk.assignments_alarmed());
  add({"现场人数", "people on scene"}, desk.people_on_scene());
  output.Print(card);
  return ExitCode::kOk;
}

}  // namespace

void AddDeskCommand(Commands& commands) {
  commands.Add<DeskOptions>(
      commands.root(), "desk", {"席位上等待处理的事项", "what waits for a person at the desk"},
      [&](Command app, DeskOptions& options) {
        app.Option("--incident", options.incident, commands.In({"只看这个事件的", "only of this incident"}));
      },
      Show);
}

}  // namespace muster::cli
