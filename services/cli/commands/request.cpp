#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/names.h"
#include "services/cli/parse/input_file.h"
#include "services/cli/parse/line_spec.h"

namespace muster::cli {
namespace {

using dispatch::v1::ListRequestsResponse;
using dispatch::v1::ResourceRequest;

struct CreateOptions {
  std::string incident = kLast;
  std::string requester;
  std::string need;
  std::string contact;
  std::vector<std::string> lines;
  std::string file;
};

struct ShowOptions {
  std::string id = kLast;
};

struct ListOptions {
  std::string incident;
  std::vector<std::string> states;
  int limit = 50;
};

struct CancelOptions {
  std::string id;
  std::string reason;
};

absl::StatusOr<ExitCode> Print(Context& context, const ResourceRequest& request) {
  context.output().json() ? context.output().Json(request) : PrintRequest(context.output(), request);
  return ExitCode::kOk;
}

absl::StatusOr<ResourceRequest> Build(const CreateOptions& options, Time now) {
  ResourceRequest request;
  if (!options.file.empty()) {
    MUSTER_RETURN_IF_ERROR(ReadJsonFile(options.file, &request));
  }
  for (const std::string& text : options.lines) {
    MUSTER_ASSIGN_OR_RETURN(*request.add_lines(), ParseLineSpec(text, now));
  }
  if (request.lines().empty()) {
    return UsageError(
        {"至少要有一行：--line … 或 --file …。", "At least one line is needed: --line ... or --file ..."});
  }
  if (!options.requester.empty()) {
    request.set_requester(options.requester);
  }
  if (!options.need.empty()) {
    request.set_need(options.need);
  }
  if (!options.contact.empty()) {
    request.set_meeting_contact(options.contact);
  }
  return request;
}

absl::StatusOr<ExitCode> Create(Context& context, const CreateOptions& options) {
  dispatch::v1::CreateRequestRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_resource_request(), Build(options, context.clock().Now()));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  if (request.resource_request().incident_id().empty()) {
    MUSTER_ASSIGN_OR_RETURN(const std::string incident, ResolveIncidentId(*session, options.incident));
    request.mutable_resource_request()->set_incident_id(incident);
  }
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const ResourceRequest made, session->Call<ResourceRequest>(request));
  context.output().Note({"下一步：muster candidates " + made.id() + "，然后 muster dispatch " + made.id(),
                         "next: muster candidates " + made.id() + ", then muster dispatch " + made.id()});
  return Print(context, made);
}

absl::StatusOr<ExitCode> Show(Context& context, const ShowOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const ResourceRequest request, FindRequest(*session, options.id));
  return Print(context, request);
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::ListRequestsRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  for (const std::string& name : options.states) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<dispatch::v1::RequestState>(name));
    request.add_states(state);
  }
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListRequestsResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintRequests(context.output(), reply.resource_requests());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Cancel(Context& context, const CancelOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const ResourceRequest current, FindRequest(*session, options.id));
  MUSTER_ASSIGN_OR_RETURN(const bool meant,
                          context.Confirm({"取消这份需求，并解除仍在等待的邀请？",
                                           "Take this request back and stand its open offers down?"}));
  if (!meant) {
    return ExitCode::kNegative;
  }
  dispatch::v1::CancelRequestRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_id(current.id());
  request.set_expected_version(current.version());
  request.set_reason(options.reason);
  MUSTER_ASSIGN_OR_RETURN(const ResourceRequest cancelled, session->Call<ResourceRequest>(request));
  return Print(context, cancelled);
}

void BindCreate(Commands& commands, Command app, CreateOptions& options) {
  app.Option("--incident", options.incident,
             commands.In({"事件编号；不填为最新的", "the incident; left out: the newest"}));
  app.Option("--requester", options.requester, commands.In({"提出需求的单位", "the unit that asks"}));
  app.Option("--need", options.need, commands.In({"需要什么，用自己的话", "what is needed, in your words"}));
  app.Option("--contact", options.contact,
             commands.In({"谁接应队伍、如何联系", "who meets the team, and how to reach them"}));
  app.Option("--line", options.lines, commands.In({"一行需求（可重复），写法见下", "a line (repeatable), see below"}))
      .Repeatable();
  app.Option("--file", options.file,
             commands.In({"ResourceRequest 的 JSON 文件", "a JSON file with a ResourceRequest"}));
  app.Footer("\n" + commands.In(LineSpecHelp()) +
             "\n\nmuster request create --requester \"Gusu district office\" \\\n"
             "  --line capability=psychological_support,level=2,quantity=5,unit=teams,start=+1h,hours=8,priority=2 \\\n"
             "  --line capability=goods_distribution,quantity=40,lat=31.30,lon=120.62");
}

}  // namespace

void AddRequestCommands(Commands& commands) {
  const Command group = commands.Group("request", {"需求", "requests for teams"});
  commands.Add<CreateOptions>(
      group, "create", {"写下事件需要什么", "write what an incident needs"},
      [&](Command app, CreateOptions& options) { BindCreate(commands, app, options); }, Create);
  commands.Add<ShowOptions>(
      group, "show", {"查看一份需求", "show a request"},
      [&](Command app, ShowOptions& options) {
        app.Option("ID", options.id, commands.In({"编号；last 为最新的", "its id; last: the newest"}));
      },
      Show);
  commands.Add<ListOptions>(
      group, "list", {"列出需求", "list requests"},
      [&](Command app, ListOptions& options) {
        app.Option("--incident", options.incident, commands.In({"只列这个事件的", "only of this incident"}));
        app.Option("--state", options.states,
                   commands.In({"只列这些状态：submitted、accepted、merged、refused、cancelled、closed",
                                "only these states: submitted, accepted, merged, refused, cancelled, closed"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      List);
  commands.Add<CancelOptions>(
      group, "cancel", {"取消需求", "take a request back"},
      [&](Command app, CancelOptions& options) {
        app.Option("ID", options.id).Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
      },
      Cancel);
  AddTriageCommands(commands, group);
}

}  // namespace muster::cli
