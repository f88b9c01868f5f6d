#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/format.h"

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
};

struct ListOptions {
  std::string incident = kLast;
  int limit = 50;
};

void PrintReports(Output& output, const google::protobuf::RepeatedPtrField<SituationReport>& reports) {
  Table table({output.In({"时间", "time"}), output.In({"任务", "assignment"}), output.In({"服务人次", "served"}),
               output.In({"需增援", "needs more"}), output.In({"内容", "report"})});
  table.AlignRight(2);
  for (const SituationReport& report : reports) {
    table.Add({FormatShortTime(report.create_time()), report.assignment_id(), std::to_string(report.people_served()),
               report.needs_more() ? output.In({"是", "yes"}) : "", report.text()});
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
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const SituationReport kept, session->Call<SituationReport>(request));
  if (context.output().json()) {
    context.output().Json(kept);
  } else {
    google::protobuf::RepeatedPtrField<SituationReport> one;
    *one.Add() = kept;
    PrintReports(context.output(), one);
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::ListSituationReportsRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  MUSTER_ASSIGN_OR_RETURN(const auto reply,
                          CollectPages<ListSituationReportsResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintReports(context.output(), reply.reports());
  return ExitCode::kOk;
}

}  // namespace

void AddReportCommands(Commands& commands) {
  const Command group = commands.Group("report", {"现场情况", "reports from the scene"});
  const Command add = commands.Add<AddOptions>(
      group, "add", {"报告情况", "report a situation"},
      [&](Command app, AddOptions& options) {
        app.Option("TEXT", options.text, commands.In({"情况", "what is the case"})).Required();
        app.Option("--assignment", options.assignment, commands.In({"哪项任务的报告", "the assignment it comes from"}));
        app.Option("--incident", options.incident,
                   commands.In({"哪个事件的报告（可用 last）", "or the incident (or last)"}));
        app.Option("--served", options.served, commands.In({"服务人次", "people helped since the last report"}));
        app.Flag("--needs-more", options.needs_more, commands.In({"需要增援", "more help is needed"}));
      },
      Add);
  Commands::Examples(add, "muster report add \"120 households visited\" --assignment ASSIGNMENT --served 120");
  commands.Add<ListOptions>(
      group, "list", {"列出报告，新的在前", "list reports, newest first"},
      [&](Command app, ListOptions& options) {
        app.Option("INCIDENT", options.incident,
                   commands.In({"事件；不填为最新的", "the incident; left out: the newest"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      List);
}

}  // namespace muster::cli
