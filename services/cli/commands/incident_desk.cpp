// The commands of the group "incident" by which a desk leads: category, plan, take-over.

#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/app/changing.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"

namespace muster::cli {
namespace {

using dispatch::v1::Incident;
using dispatch::v1::ListIncidentCategoriesResponse;
using dispatch::v1::ResponsePlan;

struct CategoryOptions {
  std::string incident;
  std::string code;
};

struct PlanOptions {
  std::string incident = kLast;
};

struct TakeOverOptions {
  std::string incident = kLast;
  std::string district;
  std::string note;
};

absl::StatusOr<ExitCode> ListCategories(Context& context, Session& session) {
  MUSTER_ASSIGN_OR_RETURN(const auto reply,
                          session.Call<ListIncidentCategoriesResponse>(dispatch::v1::ListIncidentCategoriesRequest()));
  Output& output = context.output();
  if (output.json()) {
    output.Json(reply);
    return ExitCode::kOk;
  }
  Table table({output.In({"代码", "code"}), output.In({"上级", "belongs to"}), output.In({"名称", "name"})});
  for (const auto& category : reply.categories()) {
    table.Add({category.code(), category.parent(), In(category.name(), output.language())});
  }
  output.Print(table);
  return ExitCode::kOk;
}

/// Lists the categories; with a code, gives it to the incident.
absl::StatusOr<ExitCode> Category(Context& context, const CategoryOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  if (options.code.empty()) {
    return ListCategories(context, *session);
  }
  MUSTER_ASSIGN_OR_RETURN(const Incident incident,
                          FindIncident(*session, options.incident.empty() ? kLast : options.incident));
  dispatch::v1::UpdateIncidentRequest request;
  request.mutable_incident()->set_id(incident.id());
  request.mutable_incident()->set_category(options.code);
  request.mutable_update_mask()->add_paths("category");
  request.set_expected_version(incident.version());
  return Change<Incident>(context, *session, std::move(request), PrintIncident);
}

absl::StatusOr<ExitCode> Plan(Context& context, const PlanOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::GetResponsePlanRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  MUSTER_ASSIGN_OR_RETURN(const auto plan, session->Call<ResponsePlan>(request));
  Output& output = context.output();
  if (output.json()) {
    output.Json(plan);
    return plan.code().empty() ? ExitCode::kNegative : ExitCode::kOk;
  }
  if (plan.code().empty()) {
    output.Note({"这个事件没有方案：先用 muster incident category 写明类别。",
                 "there is no plan for it: give it a category with muster incident category"});
    return ExitCode::kNegative;
  }
  output.Line(In(plan.name(), output.language()) + " (" + plan.code() + ")");
  Table table({output.In({"能力", "capability"}), output.In({"优先", "priority"}), output.In({"时间", "when"}),
               output.In({"做什么", "what for"})});
  for (const auto& line : plan.lines()) {
    table.Add({DescribeLine(line, output.language()), std::to_string(line.priority()), FormatWindows(line.windows()),
               line.instructions()});
  }
  output.Print(table);
  output.Note({"照此提出需求：muster --json incident plan >plan.json，修改后 muster request create --file plan.json",
               "to ask for it: muster --json incident plan >plan.json, edit, muster request create --file plan.json"});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> TakeOver(Context& context, const TakeOverOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Incident incident, FindIncident(*session, options.incident));
  dispatch::v1::TakeOverIncidentRequest request;
  request.set_incident_id(incident.id());
  request.set_expected_version(incident.version());
  request.set_district_path(options.district);
  request.set_handover_note(options.note);
  return Change<Incident>(context, *session, std::move(request), PrintIncident);
}

}  // namespace

void AddIncidentDeskCommands(Commands& commands, Command group) {
  const Command category = commands.Add<CategoryOptions>(
      group, "category",
      {"列出事件类别；给出代码则写入事件", "list the categories of events, or give one to an incident"},
      [&](Command app, CategoryOptions& options) {
        app.Option("CODE", options.code, commands.In({"类别代码", "code of the category"}));
        app.Option("--incident", options.incident,
                   commands.In({"事件；不填为最新的", "the incident; left out: the newest"}));
      },
      Category);
  Commands::Examples(category, "muster incident category 10202");
  commands.Add<PlanOptions>(
      group, "plan", {"通常需要什么：响应方案", "what is usually needed: its response plan"},
      [&](Command app, PlanOptions& options) {
        app.Option("ID", options.incident, commands.In({"编号；last 为最新的", "its id; last: the newest"}));
      },
      Plan);
  const Command take_over = commands.Add<TakeOverOptions>(
      group, "take-over",
      {"上级接管、交还或交接班", "take an incident over, give it back, leave a note for the next shift"},
      [&](Command app, TakeOverOptions& options) {
        app.Option("ID", options.incident, commands.In({"编号；last 为最新的", "its id; last: the newest"}));
        app.Option("--district", options.district, commands.In({"接手的席位的区划", "district of the desk that acts"}))
            .Required();
        app.Option("--note", options.note, commands.In({"交接说明", "what that desk has to know"}));
      },
      TakeOver);
  Commands::Examples(take_over, "muster incident take-over last --district 3205 --note \"the dike is watched\"");
}

}  // namespace muster::cli
