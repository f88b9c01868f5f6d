#include "muster/registry/v1/registry.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/names.h"
#include "services/cli/output/registry_views.h"

namespace muster::cli {
namespace {

using registry::v1::ListCapabilitiesResponse;
using registry::v1::ListMembersResponse;
using registry::v1::ListOrganizationsResponse;
using registry::v1::ListTeamsResponse;
using registry::v1::Member;
using registry::v1::Organization;
using registry::v1::Team;

struct ListOptions {
  std::string district;
  std::string organization;
  std::string team;
  std::string capability;
  std::string kind;
  std::string state;
  int limit = 50;
};

struct ShowOptions {
  std::string id;
};

struct NoOptions {};

absl::StatusOr<ExitCode> ListOrganizations(Context& context, const ListOptions& options) {
  registry::v1::ListOrganizationsRequest request;
  request.set_district_path(options.district);
  if (!options.kind.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto kind, ParseEnum<registry::v1::OrganizationKind>(options.kind));
    request.set_kind(kind);
  }
  if (!options.state.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<registry::v1::OrganizationState>(options.state));
    request.set_state(state);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListOrganizationsResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintOrganizations(context.output(), reply);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> ListTeams(Context& context, const ListOptions& options) {
  registry::v1::ListTeamsRequest request;
  request.set_district_path(options.district);
  request.set_organization_id(options.organization);
  request.set_capability(options.capability);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListTeamsResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintTeams(context.output(), reply);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> ListMembers(Context& context, const ListOptions& options) {
  registry::v1::ListMembersRequest request;
  request.set_organization_id(options.organization);
  request.set_team_id(options.team);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListMembersResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintMembers(context.output(), reply);
  return ExitCode::kOk;
}

template <class Object, class Request, class Print>
absl::StatusOr<ExitCode> Show(Context& context, const ShowOptions& options, Print print) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  Request request;
  request.set_id(options.id);
  MUSTER_ASSIGN_OR_RETURN(const Object object, session->Call<Object>(request));
  context.output().json() ? context.output().Json(object) : print(context.output(), object);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> ShowOrganization(Context& context, const ShowOptions& options) {
  return Show<Organization, registry::v1::GetOrganizationRequest>(context, options, PrintOrganization);
}
absl::StatusOr<ExitCode> ShowTeam(Context& context, const ShowOptions& options) {
  return Show<Team, registry::v1::GetTeamRequest>(context, options, PrintTeam);
}
absl::StatusOr<ExitCode> ShowMember(Context& context, const ShowOptions& options) {
  return Show<Member, registry::v1::GetMemberRequest>(context, options, PrintMember);
}

absl::StatusOr<ExitCode> ListCapabilities(Context& context, const NoOptions&) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply,
                          session->Call<ListCapabilitiesResponse>(registry::v1::ListCapabilitiesRequest()));
  context.output().json() ? context.output().Json(reply) : PrintCapabilities(context.output(), reply);
  return ExitCode::kOk;
}

void BindLimit(Commands& commands, Command app, ListOptions& options) {
  app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
}

void AddOrganizations(Commands& commands) {
  const Command group = commands.Group("org", {"社会组织", "organizations"});
  commands.Add<ListOptions>(
      group, "list", {"列出组织", "list organizations"},
      [&](Command app, ListOptions& options) {
        app.Option("--district", options.district, commands.In({"区划，如 3205/320508", "its district: 3205/320508"}));
        app.Option("--kind", options.kind,
                   commands.In({"类型：association、service_agency、foundation…",
                                "association, service_agency, foundation..."}));
        app.Option("--state", options.state, commands.In({"状态：approved、suspended…", "approved, suspended..."}));
        BindLimit(commands, app, options);
      },
      ListOrganizations);
  commands.Add<ShowOptions>(
      group, "show", {"查看一个组织", "show an organization"},
      [](Command app, ShowOptions& options) { app.Option("ID", options.id).Required(); }, ShowOrganization);
}

void AddTeams(Commands& commands) {
  const Command group = commands.Group("team", {"队伍", "teams"});
  commands.Add<ListOptions>(
      group, "list", {"列出队伍", "list teams"},
      [&](Command app, ListOptions& options) {
        app.Option("--district", options.district, commands.In({"区划", "its district"}));
        app.Option("--org", options.organization, commands.In({"只列这个组织的", "only of this organization"}));
        app.Option("--capability", options.capability, commands.In({"只列有这项能力的", "only with this capability"}));
        BindLimit(commands, app, options);
      },
      ListTeams);
  commands.Add<ShowOptions>(
      group, "show", {"查看一支队伍", "show a team"},
      [](Command app, ShowOptions& options) { app.Option("ID", options.id).Required(); }, ShowTeam);
}

void AddMembers(Commands& commands) {
  const Command group = commands.Group("member", {"成员（姓名、电话已遮蔽）", "members, masked"});
  commands.Add<ListOptions>(
      group, "list", {"列出成员", "list members"},
      [&](Command app, ListOptions& options) {
        app.Option("--org", options.organization, commands.In({"只列这个组织的", "only of this organization"}));
        app.Option("--team", options.team, commands.In({"只列这支队伍的", "only of this team"}));
        BindLimit(commands, app, options);
      },
      ListMembers);
  commands.Add<ShowOptions>(
      group, "show", {"查看一名成员", "show a member"},
      [](Command app, ShowOptions& options) { app.Option("ID", options.id).Required(); }, ShowMember);
  AddMemberCommands(commands, group);
}

}  // namespace

void AddRegistryCommands(Commands& commands) {
  AddOrganizations(commands);
  AddTeams(commands);
  AddMembers(commands);
  const Command group = commands.Group("capability", {"能力目录", "the taxonomy of capabilities"});
  commands.Add<NoOptions>(
      group, "list", {"列出全部能力", "list every capability"}, [](Command, NoOptions&) {}, ListCapabilities);
}

}  // namespace muster::cli
