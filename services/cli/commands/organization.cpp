#include "muster/wire/timestamp.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/listing.h"
#include "services/cli/app/organization_fields.h"
#include "services/cli/app/search_options.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/output/registry_views.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using registry::v1::ListOrganizationsResponse;
using registry::v1::Organization;

constexpr char kOfficer[] = "officer";
constexpr char kOrganization[] = "organization";

struct ListOptions {
  SearchOptions search;
  std::string kind;
  std::string state;
  int limit = 50;
};

struct CreateOptions {
  OrganizationFields fields;
  bool draft = false;
};

struct ShowOptions {
  std::string id;
};

struct UpdateOptions {
  std::string id;
  OrganizationFields fields;
};

struct ReviewOptions {
  std::string id;
  std::string state;
  std::string reason;
};

struct BlacklistOptions {
  std::string id;
  std::string until;
  bool lift = false;
  std::string reason;
};

struct InspectOptions {
  std::string id;
  int year = 0;
  std::string kind = "annual";
  std::string result;
  std::string date = "now";
  std::string note;
};

absl::StatusOr<ExitCode> Print(Context& context, const Organization& organization) {
  context.output().json() ? context.output().Json(organization) : PrintOrganization(context.output(), organization);
  return ExitCode::kOk;
}

/// Sends a change of one organization, as it is now.
template <class Request>
absl::StatusOr<ExitCode> Change(Context& context, Session& session, const std::string& id, Request request) {
  MUSTER_ASSIGN_OR_RETURN(const Organization current, ReadOrganization(session, id));
  request.set_request_id(session.NewRequestId());
  request.set_expected_version(current.version());
  MUSTER_ASSIGN_OR_RETURN(const Organization changed, session.Call<Organization>(request));
  return Print(context, changed);
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  registry::v1::ListOrganizationsRequest request;
  MUSTER_RETURN_IF_ERROR(SetSearch(options.search, request));
  if (!options.kind.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto kind, ParseEnum<registry::v1::OrganizationKind>(options.kind));
    request.set_kind(kind);
  }
  if (!options.state.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<registry::v1::OrganizationState>(options.state));
    request.set_state(state);
  }
  return PrintList<ListOrganizationsResponse>(context, request, options.limit, PrintOrganizations);
}

absl::StatusOr<ExitCode> Show(Context& context, const ShowOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Organization organization, ReadOrganization(*session, options.id));
  return Print(context, organization);
}

absl::StatusOr<ExitCode> Create(Context& context, const CreateOptions& options) {
  registry::v1::CreateOrganizationRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_organization(), OrganizationOf(options.fields, context.clock().Now()));
  request.set_draft(options.draft);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOfficer));
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Organization made, session->Call<Organization>(request));
  if (made.state() == registry::v1::ORGANIZATION_STATE_DRAFT) {
    context.output().Note({"下一步：muster org submit " + made.id(), "next: muster org submit " + made.id()});
  }
  return Print(context, made);
}

absl::StatusOr<ExitCode> Update(Context& context, const UpdateOptions& options) {
  registry::v1::UpdateOrganizationRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_organization(), OrganizationOf(options.fields, context.clock().Now()));
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_update_mask(), MaskOf(options.fields, request.organization()));
  request.mutable_organization()->set_id(options.id);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOfficer));
  return Change(context, *session, options.id, request);
}

absl::StatusOr<ExitCode> Submit(Context& context, const ShowOptions& options) {
  registry::v1::SubmitOrganizationRequest request;
  request.set_id(options.id);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOrganization));
  return Change(context, *session, options.id, request);
}

absl::StatusOr<ExitCode> Review(Context& context, const ReviewOptions& options) {
  registry::v1::ReviewOrganizationRequest request;
  request.set_id(options.id);
  MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<registry::v1::OrganizationState>(options.state));
  request.set_state(state);
  request.set_reason(options.reason);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOfficer));
  return Change(context, *session, options.id, request);
}

absl::StatusOr<ExitCode> Blacklist(Context& context, const BlacklistOptions& options) {
  if (options.lift != options.until.empty()) {
    return UsageError({"请给出 --until 或 --lift 之一。", "Give one of --until and --lift."});
  }
  registry::v1::BlacklistOrganizationRequest request;
  request.set_id(options.id);
  request.set_reason(options.reason);
  if (!options.lift) {
    MUSTER_ASSIGN_OR_RETURN(const Time until, ParseEnd(options.until, context.clock().Now()));
    *request.mutable_until_time() = ToTimestamp(until);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOfficer));
  return Change(context, *session, options.id, request);
}

absl::StatusOr<ExitCode> Inspect(Context& context, const InspectOptions& options) {
  registry::v1::RecordInspectionRequest request;
  request.set_id(options.id);
  registry::v1::Inspection& inspection = *request.mutable_inspection();
  inspection.set_year(options.year);
  MUSTER_ASSIGN_OR_RETURN(const auto kind, ParseEnum<registry::v1::InspectionKind>(options.kind));
  MUSTER_ASSIGN_OR_RETURN(const auto result, ParseEnum<registry::v1::InspectionResult>(options.result));
  inspection.set_kind(kind);
  inspection.set_result(result);
  MUSTER_ASSIGN_OR_RETURN(const Time date, ParseTime(options.date, context.clock().Now()));
  *inspection.mutable_date_time() = ToTimestamp(date);
  inspection.set_note(options.note);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOfficer));
  return Change(context, *session, options.id, request);
}

void BindId(Commands& commands, Command app, std::string& id) {
  app.Option("ID", id, commands.In({"组织编号", "id of the organization"})).Required();
}

void BindList(Commands& commands, Command app, ListOptions& options) {
  app.Option(
      "--kind", options.kind,
      commands.In({"类型：association、service_agency、foundation…", "association, service_agency, foundation..."}));
  app.Option("--state,--standing", options.state,
             commands.In({"状态：approved、suspended…", "approved, suspended..."}));
  BindSearch(commands, app, options.search);
  app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
}

void BindUpdate(Commands& commands, Command app, UpdateOptions& options) {
  BindId(commands, app, options.id);
  BindFields(commands, app, options.fields);
  app.Option("--clear", options.fields.clear, commands.In({"清空的字段（可重复）", "a field to empty (repeatable)"}))
      .Repeatable();
}

void BindInspect(Commands& commands, Command app, InspectOptions& options) {
  BindId(commands, app, options.id);
  app.Option("--year", options.year, commands.In({"哪一年的", "the year that it is about"})).Required();
  app.Option("--kind", options.kind, commands.In({"annual 年检，spot 抽查", "annual or spot"})).ShowDefault();
  app.Option("--result", options.result,
             commands.In({"passed、basically_passed、failed、abnormal_list",
                          "passed, basically_passed, failed, abnormal_list"}))
      .Required();
  app.Option("--date", options.date, commands.In({"检查时间", "when it was held"})).ShowDefault();
  app.Option("--note", options.note, commands.In({"说明", "what there is to say of it"}));
}

void AddLife(Commands& commands, Command group) {
  commands.Add<ShowOptions>(
      group, "submit", {"提交草稿，等待审核", "hand a draft in"},
      [&](Command app, ShowOptions& options) { BindId(commands, app, options.id); }, Submit);
  commands.Add<ReviewOptions>(
      group, "review", {"审核：走到下一状态", "move it along its life cycle"},
      [&](Command app, ReviewOptions& options) {
        BindId(commands, app, options.id);
        app.Option("STATE", options.state,
                   commands.In({"under_review、approved、draft（退回）、suspended、revoked、withdrawn",
                                "under_review, approved, draft (sent back), suspended, revoked, withdrawn"}))
            .Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
      },
      Review);
  commands.Add<BlacklistOptions>(
      group, "blacklist", {"列入失信名单，或解除", "bar it for a time, or lift that"},
      [&](Command app, BlacklistOptions& options) {
        BindId(commands, app, options.id);
        app.Option("--until", options.until,
                   commands.In({"至何时，如 2027-06-30 00:00", "until when: 2027-06-30 00:00"}));
        app.Flag("--lift", options.lift, commands.In({"解除", "lift it"}));
        app.Option("--reason", options.reason, commands.In({"原因", "why"})).Required();
      },
      Blacklist);
  commands.Add<InspectOptions>(
      group, "inspect", {"登记年检或抽查", "note an annual inspection or a spot check"},
      [&](Command app, InspectOptions& options) { BindInspect(commands, app, options); }, Inspect);
}

}  // namespace

void AddOrganizationCommands(Commands& commands) {
  const Command group = commands.Group("org", {"社会组织", "organizations"});
  commands.Add<ListOptions>(
      group, "list", {"列出组织", "list organizations"},
      [&](Command app, ListOptions& options) { BindList(commands, app, options); }, List);
  commands.Add<ShowOptions>(
      group, "show", {"查看一个组织", "show an organization"},
      [&](Command app, ShowOptions& options) { BindId(commands, app, options.id); }, Show);
  const Command create = commands.Add<CreateOptions>(
      group, "create", {"登记组织：民政人员的直接生效，或开一份草稿", "make one: an officer's is approved, or a draft"},
      [&](Command app, CreateOptions& options) {
        BindFields(commands, app, options.fields);
        app.Flag("--draft", options.draft,
                 commands.In({"只开草稿，由负责人补全并提交", "open a draft for its manager to complete and submit"}));
      },
      Create);
  Commands::Examples(
      create, "muster org create --name \"Morning Light\" --credit-code 52320506MJ0000026R --district 3205/320506");
  commands.Add<UpdateOptions>(
      group, "update", {"修改组织的资料", "change an organization"},
      [&](Command app, UpdateOptions& options) { BindUpdate(commands, app, options); }, Update);
  AddLife(commands, group);
  AddOrganizationRecordCommands(commands, group);
}

}  // namespace muster::cli
