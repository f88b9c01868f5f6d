#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/format.h"
#include "services/cli/parse/line_spec.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::ListSituationReportsResponse;
using dispatch::v1::SituationReport;

struct AddOptions {
  std::string text;
  std::string incident;
  std::string assignment;
  int served = 0;
  bool needs_more = false;
  std::string sector;
  std::string from;
  std::string until;
  std::vector<std::string> needs;
};

struct ListOptions {
  std::string incident = kLast;
  std::string sector;
  std::string from;
  std::string until;
  int limit = 50;
};

/// Sets the period from two times; half of it is a usage error.
template <class Message>
absl::Status SetPeriod(const std::string& from, const std::string& until, Time now, Message& message) {
  if (from.empty() != until.empty()) {
    return UsageError({"--from 与 --until 须一起填写。", "--from and --until belong together."});
  }
  if (!from.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time start, ParseTime(from, now));
    MUSTER_ASSIGN_OR_RETURN(const Time end, ParseTime(until, now));
    *message.mutable_period()->mutable_start_time() = ToTimestamp(start);
    *message.mutable_period()->mutable_end_time() = ToTimestamp(end);
  }
  return absl::OkStatus();
}

void PrintReports(Output& output, const google::protobuf::RepeatedPtrField<SituationReport>& reports) {
  Table table({output.In({"时间", "time"}), output.In({"任务", "assignment"}), output.In({"服务人次", "served"}),
               output.In({"需增援", "needs more"}), output.In({"片区", "sector"}), output.In({"内容", "report"})});
  table.AlignRight(2);
  for (const SituationReport& report : reports) {
    table.Add({FormatShortTime(report.create_time()), report.assignment_id(), std::to_string(report.people_served()),
               report.needs_more() ? output.In({"是", "yes"}) : "", report.sector(), report.text()});
  }
  output.Print(table);
}

absl::StatusOr<ExitCode> Add(Context& context, const AddOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::ReportSituationRequest request;
  SituationReport& report = *request.mutable_report();
  report.set_assignment_id(options.assignment);
  if (options.assignment.empty()) {
    const std::string incident = options.incident.empty() ? kLast : options.incident;
    MUSTER_ASSIGN_OR_RETURN(*report.mutable_incident_id(), ResolveIncidentId(*session, incident));
  }
  report.set_text(options.text);
  report.set_people_served(options.served);
  report.set_needs_more(options.needs_more);
  report.set_sector(options.sector);
  const Time now = context.clock().Now();
  MUSTER_RETURN_IF_ERROR(SetPeriod(options.from, options.until, now, report));
  for (const std::string& need : options.needs) {
    MUSTER_ASSIGN_OR_RETURN(*request.add_needs(), ParseLineSpec(need, now));
  }
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const SituationReport kept, session->Call<SituationReport>(request));
  if (context.output().json()) {
    context.output().Json(kept);
  } else {
    google::protobuf::RepeatedPtrField<SituationReport> one;
    *one.Add() = kept;
    PrintReports(context.output(), one);
    if (!kept.resource_request_id().empty()) {
      context.output().Note(
          {"需求已提交：" + kept.resource_request_id(), "The needs became request " + kept.resource_request_id()});
    }
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::ListSituationReportsRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  request.set_sector(options.sector);
  MUSTER_RETURN_IF_ERROR(SetPeriod(options.from, options.until, context.clock().Now(), request));
  MUSTER_ASSIGN_OR_RETURN(const auto reply,
                          CollectPages<ListSituationReportsResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintReports(context.output(), reply.reports());
  return ExitCode::kOk;
}

void BindPeriod(Commands& commands, Command app, std::string& from, std::string& until) {
  const Argument start = app.Option("--from", from, commands.In({"时段从", "the operational period from"}));
  app.Option("--until", until, commands.In({"时段至", "to"})).Needs(start);
}

void BindAdd(Commands& commands, Command app, AddOptions& options) {
  app.Option("TEXT", options.text, commands.In({"情况", "what is the case"})).Required();
  app.Option("--assignment", options.assignment, commands.In({"哪项任务的报告", "the assignment it comes from"}));
  app.Option("--incident", options.incident, commands.In({"哪个事件的报告（可用 last）", "or the incident (or last)"}));
  app.Option("--served", options.served, commands.In({"服务人次", "people helped since the last report"}));
  app.Flag("--needs-more", options.needs_more, commands.In({"需要增援", "more help is needed"}));
  app.Option("--sector", options.sector, commands.In({"片区", "the sector that it is about"}));
  BindPeriod(commands, app, options.from, options.until);
  app.Option("--need", options.needs,
             commands.In({"现场发现的需求，写法同 request create --line，可多次",
                          "a need found on scene, written as for request create --line, several times"}))
      .Repeatable();
}

void BindList(Commands& commands, Command app, ListOptions& options) {
  app.Option("INCIDENT", options.incident, commands.In({"事件；不填为最新的", "the incident; left out: the newest"}));
  app.Option("--sector", options.sector, commands.In({"只列这个片区的", "only about this sector"}));
  BindPeriod(commands, app, options.from, options.until);
  app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
}

}  // namespace

void AddReportCommands(Commands& commands) {
  const auto bind_add = [&](Command app, AddOptions& options) { BindAdd(commands, app, options); };
  const auto bind_list = [&](Command app, ListOptions& options) { BindList(commands, app, options); };
  const Text what{"现场情况", "reports from the scene"};
  const Text reports{"报告情况", "report a situation"};
  const Text lists{"列出报告，新的在前", "list reports, newest first"};
  const Command situation = commands.Group("situation", what);
  const Command report = commands.Add<AddOptions>(situation, "report", reports, bind_add, Add);
  Commands::Examples(report,
                     "muster situation report \"120 households visited\" --assignment ASSIGNMENT --served 120\n"
                     "muster situation report \"the pumping station floods\" --assignment ASSIGNMENT --sector east "
                     "--need capability=flood_control,quantity=2,unit=teams");
  commands.Add<ListOptions>(situation, "list", lists, bind_list, List);
  // As they were called before.
  const Command group = commands.Group("report", what);
  commands.Add<AddOptions>(group, "add", reports, bind_add, Add);
  commands.Add<ListOptions>(group, "list", lists, bind_list, List);
}

}  // namespace muster::cli
