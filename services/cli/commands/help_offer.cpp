#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/changing.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::Help;
using dispatch::v1::ListHelpResponse;

struct OfferOptions {
  std::string organization;
  std::string team;
  std::string incident;
  std::string capability;
  int people = 0;
  std::string start = "now";
  int hours = 24;
  std::string district;
  std::string text;
};

struct AnswerOptions {
  std::string id;
  std::string state;
  std::string line;
  std::string answer;
};

struct ListOptions {
  std::vector<std::string> states;
  bool overdue = false;
  int limit = 50;
};

void PrintHelp(Output& output, const Help& help) {
  Card card;
  card.Add(output.In({"援助", "help"}), help.id());
  card.Add(output.In({"状态", "state"}), Readable(help.state(), output.language()));
  card.Add(output.In({"组织", "organization"}), help.organization_id());
  card.Add(output.In({"队伍", "team"}), help.team_id());
  card.Add(output.In({"事件", "incident"}), help.incident_id());
  card.Add(output.In({"能力", "capability"}), help.capability());
  card.Add(output.In({"人数", "people"}), std::to_string(help.people()));
  card.Add(output.In({"可用时间", "free"}),
           FormatTime(help.window().start_time()) + " - " + FormatTime(help.window().end_time()));
  card.Add(output.In({"区划", "district"}), help.district_path());
  card.Add(output.In({"最迟答复", "answer by"}), FormatTime(help.answer_by_time()));
  card.Add(output.In({"安排到", "line"}), help.line_id());
  card.Add(output.In({"答复", "answer"}), help.answer());
  card.Add(output.In({"版本", "version"}), std::to_string(help.version()));
  card.Add(output.In({"说明", "text"}), help.text());
  output.Print(card);
}

absl::StatusOr<ExitCode> Offer(Context& context, const OfferOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(const Time start, ParseTime(options.start, context.clock().Now()));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  dispatch::v1::OfferHelpRequest request;
  Help& help = *request.mutable_help();
  help.set_organization_id(options.organization);
  help.set_team_id(options.team);
  MUSTER_ASSIGN_OR_RETURN(*help.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  help.set_capability(options.capability);
  help.set_people(options.people);
  *help.mutable_window()->mutable_start_time() = ToTimestamp(start);
  *help.mutable_window()->mutable_end_time() = ToTimestamp(start + std::chrono::hours(options.hours));
  help.set_district_path(options.district);
  help.set_text(options.text);
  return Change<Help>(context, *session, std::move(request), PrintHelp);
}

/// There is no call that reads one: it is looked up among what the caller may see.
absl::StatusOr<Help> FindHelp(Session& session, const std::string& id) {
  dispatch::v1::ListHelpRequest request;
  do {
    request.set_page_size(500);
    MUSTER_ASSIGN_OR_RETURN(const auto page, session.Call<ListHelpResponse>(request));
    for (const Help& help : page.help()) {
      if (help.id() == id) {
        return help;
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return Error(Reason::kNotFound, "id");
}

absl::StatusOr<ExitCode> Answer(Context& context, const AnswerOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<dispatch::v1::HelpState>(options.state));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::AnswerHelpRequest request;
  MUSTER_ASSIGN_OR_RETURN(const Help current, FindHelp(*session, options.id));
  request.set_id(current.id());
  request.set_expected_version(current.version());
  request.set_state(state);
  request.set_line_id(options.line);
  request.set_answer(options.answer);
  return Change<Help>(context, *session, std::move(request), PrintHelp);
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  dispatch::v1::ListHelpRequest request;
  for (const std::string& name : options.states) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<dispatch::v1::HelpState>(name));
    request.add_states(state);
  }
  request.set_overdue(options.overdue);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListHelpResponse>(*session, request, options.limit));
  Output& output = context.output();
  if (output.json()) {
    output.Json(reply);
    return ExitCode::kOk;
  }
  Table table({output.In({"报名", "offered"}), output.In({"援助", "help"}), output.In({"状态", "state"}),
               output.In({"能力", "capability"}), output.In({"人数", "people"}), output.In({"最迟答复", "answer by"}),
               output.In({"组织", "organization"})});
  for (const Help& help : reply.help()) {
    table.Add({FormatShortTime(help.create_time()), help.id(), Readable(help.state(), output.language()),
               help.capability(), std::to_string(help.people()), FormatShortTime(help.answer_by_time()),
               help.organization_id()});
  }
  output.Print(table);
  return ExitCode::kOk;
}

void BindOffer(Commands& commands, Command app, OfferOptions& options) {
  app.Option("--capability", options.capability, commands.In({"能做什么", "what they can"})).Required();
  app.Option("--people", options.people, commands.In({"多少人", "how many people"})).Required();
  app.Option("--team", options.team, commands.In({"出动的队伍", "the team that would come"}));
  app.Option("--org", options.organization,
             commands.In({"哪个组织；值班员代为登记时填写", "whose help; for an operator who enters it"}));
  app.Option("--incident", options.incident,
             commands.In({"为哪个事件；不填为任何事件", "for which incident; left out: any"}));
  app.Option("--start", options.start, commands.In({"从何时起可用（默认现在）", "from when they are free (now)"}));
  app.Option("--hours", options.hours, commands.In({"可用几小时", "for how many hours"})).ShowDefault();
  app.Option("--district", options.district, commands.In({"由哪个区划的席位答复", "which district's desk answers"}));
  app.Option("--text", options.text, commands.In({"说明", "in their words"}));
}

}  // namespace

void AddHelpOfferCommands(Commands& commands) {
  const Command group = commands.Group("help-offer", {"主动报名的援助", "help that nobody asked for"});
  const Command offer = commands.Add<OfferOptions>(
      group, "offer", {"报名援助", "offer help"},
      [&](Command app, OfferOptions& options) { BindOffer(commands, app, options); }, Offer);
  Commands::Examples(offer,
                     "muster help-offer offer --capability psychological_support --people 30 --team TEAM --hours 12");
  const Command answer = commands.Add<AnswerOptions>(
      group, "answer", {"答复或撤回", "answer it, or take it back"},
      [&](Command app, AnswerOptions& options) {
        app.Option("ID", options.id).Required();
        app.Option("STATE", options.state,
                   commands.In({"matched 安排、standby 待命、thanked 致谢、withdrawn 撤回",
                                "matched, standby, thanked; withdrawn by who offered it"}))
            .Required();
        app.Option("--line", options.line,
                   commands.In({"安排到哪一行，其队伍随即收到邀请", "the line that it goes to; its team is invited"}));
        app.Option("--answer", options.answer, commands.In({"答复内容", "what they are told"}));
      },
      Answer);
  Commands::Examples(answer,
                     "muster help-offer answer HELP matched --line LINE\nmuster help-offer answer HELP thanked");
  commands.Add<ListOptions>(
      group, "list", {"列出援助，新的在前", "list it, newest first"},
      [&](Command app, ListOptions& options) {
        app.Option("--state", options.states,
                   commands.In({"只列这些状态：offered、matched、standby、thanked、withdrawn",
                                "only these states: offered, matched, standby, thanked, withdrawn"}));
        app.Flag("--overdue", options.overdue, commands.In({"只列超时未答的", "only what should have been answered"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      List);
}

}  // namespace muster::cli
