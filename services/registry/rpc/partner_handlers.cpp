#include <string>

#include "muster/registry/v1/registry.pb.h"
#include "services/registry/core/partner_rules.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/store/readiness_store.h"
#include "services/registry/store/reads.h"

namespace muster::registry {
namespace {

absl::StatusOr<std::string> AnswerPartnership(const RegistryChanges& changes) {
  v1::Team reply;
  ToProto(changes.teams.front().after.team, reply);
  return reply.SerializeAsString();
}

absl::StatusOr<Mutation> PrepareInvite(const rpc::Call& call, const v1::InvitePartnerRequest& request) {
  const InvitePartner command{TeamId(request.team_id()), request.expected_version(),
                              OrganizationId(request.organization_id())};
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadTeam(principal, command.id, facts.teams, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerPartnership;
  return mutation;
}

absl::StatusOr<Mutation> PrepareAnswerPartner(const rpc::Call& call, const v1::AnswerPartnerRequest& request) {
  const AnswerPartner command{TeamId(request.team_id()), request.expected_version(),
                              OrganizationId(request.organization_id()), request.accept()};
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadTeam(principal, command.id, facts.teams, reads);
    ReadOrganizationState(command.organization_id, facts.partner_state, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerPartnership;
  return mutation;
}

}  // namespace

void ServePartners(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::InvitePartnerRequest, v1::Team>(table, tools, "InvitePartner", PrepareInvite);
  ServeChange<v1::AnswerPartnerRequest, v1::Team>(table, tools, "AnswerPartner", PrepareAnswerPartner);
}

}  // namespace muster::registry
