#include <string>
#include <utility>
#include <vector>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/paging.h"
#include "services/registry/core/search_text.h"
#include "services/registry/core/team_rules.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/search_fields.h"
#include "services/registry/rpc/wire.h"
#include "services/registry/store/reads.h"

namespace muster::registry {
namespace {

/// The reply of every change of a team.
absl::StatusOr<std::string> AnswerTeam(const RegistryChanges& changes) {
  v1::Team reply;
  ToProto(changes.teams.front().after.team, reply);
  return reply.SerializeAsString();
}

absl::StatusOr<Mutation> PrepareCreate(const Tools& tools, const rpc::Call& call,
                                       const v1::CreateTeamRequest& request) {
  CreateTeam command;
  const Time now = tools.clock.Now();
  MUSTER_ASSIGN_OR_RETURN(command.values, TeamFromProto(request.team(), now, "team"));
  command.values.id = TeamId(NewUuid(now, tools.random));
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadOrganization(principal, command.values.organization_id, facts.organization, reads);
    ReadOrganizationOfMember(command.values.leader_member_id, facts.leader_organization, reads);
    ReadTeamCount(command.values.organization_id, facts.team_count, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerTeam;
  return mutation;
}

absl::StatusOr<Mutation> PrepareUpdate(const Tools& tools, const rpc::Call& call,
                                       const v1::UpdateTeamRequest& request) {
  UpdateTeam command;
  command.id = TeamId(request.team().id());
  command.expected_version = request.expected_version();
  command.paths.assign(request.update_mask().paths().begin(), request.update_mask().paths().end());
  v1::Team message = request.team();
  KeepOnly(command.paths, message);
  MUSTER_ASSIGN_OR_RETURN(command.values, TeamFromProto(message, tools.clock.Now(), "team"));
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadTeam(principal, command.id, facts.teams, reads);
    ReadDistrictOfOrganization(command.id, facts.district_of_organization, reads);
    ReadOrganizationOfMember(command.values.leader_member_id, facts.leader_organization, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerTeam;
  return mutation;
}

absl::StatusOr<Mutation> PrepareDisband(const rpc::Call& call, const v1::DisbandTeamRequest& request) {
  const DisbandTeam command{TeamId(request.id()), request.expected_version()};
  Mutation mutation;
  mutation.read = [id = command.id, principal = call.principal](Facts& facts, Reads& reads) {
    ReadTeam(principal, id, facts.teams, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerTeam;
  return mutation;
}

absl::StatusOr<TeamFilter> FilterOf(const v1::ListTeamsRequest& request, Time now) {
  TeamFilter filter;
  filter.organization_id = OrganizationId(request.organization_id());
  MUSTER_ASSIGN_OR_RETURN(filter.district_path, DistrictFilterFrom(request.district_path(), "district_path"));
  MUSTER_ASSIGN_OR_RETURN(filter.capability, CapabilityFilterFrom(request.capability(), request.lowest_level()));
  MUSTER_ASSIGN_OR_RETURN(filter.text, SearchFormToFind(request.text(), "text"));
  MUSTER_ASSIGN_OR_RETURN(filter.near,
                          NeighbourhoodFrom(request.has_near() ? &request.near() : nullptr, request.radius_km()));
  if (request.organization_kind() != v1::ORGANIZATION_KIND_UNSPECIFIED) {
    filter.organization_kind = KindFromProto(request.organization_kind());
  }
  if (request.usable()) {
    filter.usable_at = now;
  }
  filter.works_remotely = request.works_remotely();
  return filter;
}

absl::StatusOr<v1::ListTeamsResponse> List(const Tools& tools, const rpc::Call& call,
                                           const v1::ListTeamsRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
  MUSTER_ASSIGN_OR_RETURN(const TeamFilter filter, FilterOf(request, tools.clock.Now()));
  MUSTER_ASSIGN_OR_RETURN(const Page<Team> page, tools.store.ListTeams(call.principal, filter, {after, limit}));
  v1::ListTeamsResponse response;
  for (const Team& team : page.items) {
    ToProto(team, *response.add_teams());
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.next));
  }
  return response;
}

}  // namespace

void ServeTeams(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::CreateTeamRequest, v1::Team>(
      table, tools, "CreateTeam",
      [&tools](const auto& call, const auto& request) { return PrepareCreate(tools, call, request); });
  ServeChange<v1::UpdateTeamRequest, v1::Team>(
      table, tools, "UpdateTeam",
      [&tools](const auto& call, const auto& request) { return PrepareUpdate(tools, call, request); });
  ServeChange<v1::DisbandTeamRequest, v1::Team>(table, tools, "DisbandTeam", PrepareDisband);
  ServeRead<v1::GetTeamRequest, v1::Team>(
      table, "GetTeam", [&tools](const rpc::Call& call, const auto& request) -> absl::StatusOr<v1::Team> {
        MUSTER_ASSIGN_OR_RETURN(const TeamProfile profile, tools.store.GetTeam(call.principal, TeamId(request.id())));
        v1::Team team;
        ToProto(profile.team, team);
        return team;
      });
  ServeRead<v1::ListTeamsRequest, v1::ListTeamsResponse>(
      table, "ListTeams", [&tools](const auto& call, const auto& request) { return List(tools, call, request); });
}

}  // namespace muster::registry
