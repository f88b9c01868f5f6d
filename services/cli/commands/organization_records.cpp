// What is kept beside an organization: its history, the changes that it asks for, and possible duplicates.
#include <limits>

#include "services/cli/app/commands.h"
#include "services/cli/app/organization_fields.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/names.h"
#include "services/cli/output/registry_views.h"

namespace muster::cli {
namespace {

using registry::v1::GetOrganizationHistoryResponse;
using registry::v1::ListDuplicatesResponse;
using registry::v1::ListOrganizationChangesResponse;
using registry::v1::Organization;
using registry::v1::OrganizationChange;

constexpr char kOfficer[] = "officer";
constexpr char kOrganization[] = "organization";

struct HistoryOptions {
  std::string id;
  int limit = 100;
};

struct RequestOptions {
  std::string id;
  OrganizationFields fields;
  std::string reason;
};

struct ListChangesOptions {
  std::string organization;
  std::string state;
  int limit = 50;
};

struct DecideOptions {
  std::string id;
  std::string reason;
};

struct DuplicatesOptions {
  std::string district;
  int limit = 50;
};

struct PairOptions {
  std::string first;
  std::string second;
  std::string reason;
};

absl::StatusOr<ExitCode> Print(Context& context, const OrganizationChange& change) {
  context.output().json() ? context.output().Json(change) : PrintOrganizationChange(context.output(), change);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> History(Context& context, const HistoryOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  registry::v1::GetOrganizationHistoryRequest request;
  request.set_id(options.id);
  MUSTER_ASSIGN_OR_RETURN(const auto reply,
                          CollectPages<GetOrganizationHistoryResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintOrganizationSteps(context.output(), reply);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Request(Context& context, const RequestOptions& options) {
  registry::v1::RequestOrganizationChangeRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_organization(), OrganizationOf(options.fields, context.clock().Now()));
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_update_mask(), MaskOf(options.fields, request.organization()));
  request.mutable_organization()->set_id(options.id);
  request.set_reason(options.reason);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOrganization));
  MUSTER_ASSIGN_OR_RETURN(const Organization current, ReadOrganization(*session, options.id));
  request.set_request_id(session->NewRequestId());
  request.set_expected_version(current.version());
  MUSTER_ASSIGN_OR_RETURN(const OrganizationChange change, session->Call<OrganizationChange>(request));
  return Print(context, change);
}

absl::StatusOr<ListOrganizationChangesResponse> Changes(Session& session, const ListChangesOptions& options) {
  registry::v1::ListOrganizationChangesRequest request;
  request.set_organization_id(options.organization);
  if (!options.state.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<registry::v1::OrganizationChangeState>(options.state));
    request.set_state(state);
  }
  return CollectPages<ListOrganizationChangesResponse>(session, request, options.limit);
}

absl::StatusOr<ExitCode> ListChanges(Context& context, const ListChangesOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, Changes(*session, options));
  context.output().json() ? context.output().Json(reply) : PrintOrganizationChanges(context.output(), reply);
  return ExitCode::kOk;
}

/// A requested change as it is now.
absl::StatusOr<OrganizationChange> FindChange(Session& session, const std::string& id) {
  MUSTER_ASSIGN_OR_RETURN(const auto all, Changes(session, {"", "", std::numeric_limits<int>::max()}));
  for (const OrganizationChange& change : all.changes()) {
    if (change.id() == id) {
      return change;
    }
  }
  return LocalError(ExitCode::kNotFound, {"没有这份变更申请。", "There is no such request."});
}

absl::StatusOr<ExitCode> ShowChange(Context& context, const DecideOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOfficer));
  MUSTER_ASSIGN_OR_RETURN(const OrganizationChange change, FindChange(*session, options.id));
  return Print(context, change);
}

/// Sends a step of a requested change.
template <class Step>
absl::StatusOr<ExitCode> Settle(Context& context, const char* identity, const std::string& id, Step step) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(identity));
  MUSTER_ASSIGN_OR_RETURN(const OrganizationChange current, FindChange(*session, id));
  step.set_request_id(session->NewRequestId());
  step.set_id(id);
  step.set_expected_version(current.version());
  MUSTER_ASSIGN_OR_RETURN(const OrganizationChange change, session->Call<OrganizationChange>(step));
  return Print(context, change);
}

absl::StatusOr<ExitCode> Decide(Context& context, const DecideOptions& options,
                                registry::v1::OrganizationChangeState state) {
  registry::v1::ReviewOrganizationChangeRequest request;
  request.set_state(state);
  request.set_reason(options.reason);
  return Settle(context, kOfficer, options.id, request);
}

absl::StatusOr<ExitCode> Approve(Context& context, const DecideOptions& options) {
  return Decide(context, options, registry::v1::ORGANIZATION_CHANGE_STATE_APPROVED);
}

absl::StatusOr<ExitCode> Refuse(Context& context, const DecideOptions& options) {
  return Decide(context, options, registry::v1::ORGANIZATION_CHANGE_STATE_REFUSED);
}

absl::StatusOr<ExitCode> Withdraw(Context& context, const DecideOptions& options) {
  return Settle(context, kOrganization, options.id, registry::v1::WithdrawOrganizationChangeRequest());
}

absl::StatusOr<ExitCode> ListDuplicates(Context& context, const DuplicatesOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOfficer));
  registry::v1::ListDuplicatesRequest request;
  request.set_district_path(options.district);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListDuplicatesResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintDuplicates(context.output(), reply);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Dismiss(Context& context, const PairOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOfficer));
  registry::v1::DismissDuplicateRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_first_id(options.first);
  request.set_second_id(options.second);
  request.set_reason(options.reason);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, session->Call<registry::v1::DismissDuplicateResponse>(request));
  if (context.output().json()) {
    context.output().Json(reply);
  } else {
    context.output().Line(Text{"已标为不重复", "noted as two organizations"});
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Merge(Context& context, const PairOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kOfficer));
  MUSTER_ASSIGN_OR_RETURN(const Organization survivor, ReadOrganization(*session, options.first));
  MUSTER_ASSIGN_OR_RETURN(const Organization merged, ReadOrganization(*session, options.second));
  MUSTER_ASSIGN_OR_RETURN(
      const bool meant,
      context.Confirm({"把“" + merged.name() + "”并入“" + survivor.name() + "”？队伍和成员随之转移，不能撤销。",
                       "Merge \"" + merged.name() + "\" into \"" + survivor.name() +
                           "\"? Its teams and members go over. This cannot be undone."}));
  if (!meant) {
    return ExitCode::kNegative;
  }
  registry::v1::MergeOrganizationsRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_survivor_id(survivor.id());
  request.set_expected_version(survivor.version());
  request.set_merged_id(merged.id());
  request.set_merged_expected_version(merged.version());
  request.set_reason(options.reason);
  MUSTER_ASSIGN_OR_RETURN(const Organization joined, session->Call<Organization>(request));
  context.output().json() ? context.output().Json(joined) : PrintOrganization(context.output(), joined);
  return ExitCode::kOk;
}

void BindDecide(Commands& commands, Command app, DecideOptions& options, bool needs_reason) {
  app.Option("CHANGE", options.id, commands.In({"变更申请编号", "id of the requested change"})).Required();
  const Argument reason = app.Option("--reason", options.reason, commands.In({"意见", "why"}));
  if (needs_reason) {
    reason.Required();
  }
}

void AddChanges(Commands& commands, Command org) {
  const Command group = org.Sub("change", commands.In({"变更申请", "requested changes"}));
  group.RequireSub();
  const Command request = commands.Add<RequestOptions>(
      group, "request", {"申请变更已核准的资料", "ask for a change of what is vouched for"},
      [&](Command app, RequestOptions& options) {
        app.Option("ID", options.id, commands.In({"组织编号", "id of the organization"})).Required();
        BindFields(commands, app, options.fields);
        app.Option("--clear", options.fields.clear,
                   commands.In({"清空的字段（可重复）", "a field to empty (repeatable)"}))
            .Repeatable();
        app.Option("--reason", options.reason, commands.In({"原因", "why"})).Required();
      },
      Request);
  Commands::Examples(request, "muster org change request ID --name \"Morning Light Centre\" --reason \"renamed\"");
  commands.Add<DecideOptions>(
      group, "show", {"查看一份变更申请：要改成什么", "show a requested change: what it would change to"},
      [&](Command app, DecideOptions& options) {
        app.Option("CHANGE", options.id, commands.In({"变更申请编号", "id of the requested change"})).Required();
      },
      ShowChange);
  commands.Add<ListChangesOptions>(
      group, "list", {"列出变更申请", "list requested changes"},
      [&](Command app, ListChangesOptions& options) {
        app.Option("--org", options.organization, commands.In({"只列这个组织的", "only of this organization"}));
        app.Option("--state", options.state,
                   commands.In({"open、approved、refused、withdrawn", "open, approved, refused, withdrawn"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      ListChanges);
  commands.Add<DecideOptions>(
      group, "approve", {"批准", "apply it"},
      [&](Command app, DecideOptions& options) { BindDecide(commands, app, options, false); }, Approve);
  commands.Add<DecideOptions>(
      group, "refuse", {"不批准", "refuse it"},
      [&](Command app, DecideOptions& options) { BindDecide(commands, app, options, true); }, Refuse);
  commands.Add<DecideOptions>(
      group, "withdraw", {"撤回自己的申请", "take an own request back"},
      [&](Command app, DecideOptions& options) {
        app.Option("CHANGE", options.id, commands.In({"变更申请编号", "id of the requested change"})).Required();
      },
      Withdraw);
}

void AddDuplicates(Commands& commands, Command org) {
  commands.Add<DuplicatesOptions>(
      org, "duplicates", {"可能重复的组织，两两并列", "organizations that may be one, side by side"},
      [&](Command app, DuplicatesOptions& options) {
        app.Option("--district", options.district, commands.In({"只看这个区划", "only in this district"}));
        app.Option("--limit", options.limit, commands.In({"最多几对", "at most so many pairs"})).AtLeastOne();
      },
      ListDuplicates);
  commands.Add<PairOptions>(
      org, "dismiss", {"标为不重复", "note that a pair is two organizations"},
      [&](Command app, PairOptions& options) {
        app.Option("FIRST", options.first).Required();
        app.Option("SECOND", options.second).Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"})).Required();
      },
      Dismiss);
  commands.Add<PairOptions>(
      org, "merge", {"合并：后者并入前者", "merge the second into the first"},
      [&](Command app, PairOptions& options) {
        app.Option("SURVIVOR", options.first, commands.In({"保留的组织", "the one that stays"})).Required();
        app.Option("MERGED", options.second, commands.In({"并入的组织", "the one that goes"})).Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"})).Required();
      },
      Merge);
}

}  // namespace

void AddOrganizationRecordCommands(Commands& commands, Command group) {
  commands.Add<HistoryOptions>(
      group, "history", {"谁在何时为何改了状态", "who moved it along, when and why"},
      [&](Command app, HistoryOptions& options) {
        app.Option("ID", options.id, commands.In({"组织编号", "id of the organization"})).Required();
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      History);
  AddChanges(commands, group);
  AddDuplicates(commands, group);
}

}  // namespace muster::cli
