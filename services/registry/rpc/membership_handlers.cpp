#include <string>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/paging.h"
#include "muster/security/id_number.h"
#include "muster/security/phone.h"
#include "services/registry/core/membership_rules.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/people_convert.h"
#include "services/registry/store/people_reads.h"
#include "services/registry/store/people_store.h"

namespace muster::registry {
namespace {

absl::StatusOr<std::string> AnswerMembershipOf(const RegistryChanges& changes) {
  v1::Membership reply;
  ToProto(changes.memberships.front().after, reply);
  return reply.SerializeAsString();
}

/// By what a person is named: an index, or empty for an id. Errors: INVALID_FIELD (both or neither), INVALID_PHONE,
/// INVALID_ID.
absl::StatusOr<Sealed> PersonNamed(const Tools& tools, const v1::JoinTeamRequest& request) {
  const bool has_number = !request.phone().empty() || !request.id_number().empty();
  if (!request.member_id().empty()) {
    return has_number
               ? absl::StatusOr<Sealed>(Error(Reason::kInvalidField, request.phone().empty() ? "id_number" : "phone"))
               : Sealed{};
  }
  if (!has_number) {
    return Error(Reason::kInvalidField, "member_id");
  }
  MUSTER_ASSIGN_OR_RETURN(const std::string phone, security::NormalizePhone(request.phone(), "phone"));
  MUSTER_ASSIGN_OR_RETURN(const std::string id_number, security::NormalizeIdNumber(request.id_number(), "id_number"));
  return tools.sealer.PersonIndex(phone, id_number);
}

absl::StatusOr<Mutation> PrepareJoin(const Tools& tools, const rpc::Call& call, const v1::JoinTeamRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const Sealed person, PersonNamed(tools, request));
  const JoinTeam command{MembershipId(NewUuid(tools.clock.Now(), tools.random)), TeamId(request.team_id()),
                         !person.empty()};
  Mutation mutation;
  mutation.read = [command, person, id = MemberId(request.member_id()), principal = call.principal](Facts& facts,
                                                                                                    Reads& reads) {
    ReadTeamsNamed({command.team_id}, facts.member_teams, reads);
    if (command.by_phone) {
      ReadMemberByPerson(person, facts.member, reads);
      ReadMembershipsByPerson(person, facts.people.memberships, reads);
    } else {
      ReadMember(principal, id, facts.member, reads);
      ReadAgreementsOf(id, facts.people, reads);
    }
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerMembershipOf;
  return mutation;
}

absl::StatusOr<Mutation> PrepareAnswer(const rpc::Call& call, const v1::AnswerMembershipRequest& request) {
  const AnswerMembership command{request.expected_version(), request.accept(), request.reason()};
  Mutation mutation;
  mutation.read = [id = MembershipId(request.id()), principal = call.principal](Facts& facts, Reads& reads) {
    ReadMembership(principal, id, facts.people.membership, reads);
    ReadSidesOf(id, facts, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerMembershipOf;
  return mutation;
}

absl::StatusOr<Mutation> PrepareLeave(const Tools& tools, const rpc::Call& call, const v1::LeaveTeamRequest& request) {
  const LeaveTeam command{TeamId(request.team_id()), request.expected_version(), request.reason()};
  Mutation mutation;
  mutation.read = [command, id = MemberId(request.member_id()), principal = call.principal](Facts& facts,
                                                                                            Reads& reads) {
    ReadMember(principal, id, facts.member, reads);
    ReadTeamsNamed({command.team_id}, facts.member_teams, reads);
    ReadAgreementsOf(id, facts.people, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerMember(tools);
  return mutation;
}

absl::StatusOr<v1::ListMembershipsResponse> List(const Tools& tools, const rpc::Call& call,
                                                 const v1::ListMembershipsRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
  MembershipFilter filter{TeamId(request.team_id()), MemberId(request.member_id()), {}};
  if (request.state() != v1::MEMBERSHIP_STATE_UNSPECIFIED) {
    filter.state = static_cast<MembershipState>(static_cast<int>(request.state()) - 1);
  }
  MUSTER_ASSIGN_OR_RETURN(const Page<Membership> page,
                          PeopleStore(tools.database).List(call.principal, filter, {after, limit}));
  v1::ListMembershipsResponse response;
  for (const Membership& membership : page.items) {
    ToProto(membership, *response.add_memberships());
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
  }
  return response;
}

}  // namespace

void ServeMemberships(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::JoinTeamRequest, v1::Membership>(
      table, tools, "JoinTeam",
      [&tools](const auto& call, const auto& request) { return PrepareJoin(tools, call, request); });
  ServeChange<v1::AnswerMembershipRequest, v1::Membership>(table, tools, "AnswerMembership", PrepareAnswer);
  ServeChange<v1::LeaveTeamRequest, v1::Member>(
      table, tools, "LeaveTeam",
      [&tools](const auto& call, const auto& request) { return PrepareLeave(tools, call, request); });
  ServeRead<v1::ListMembershipsRequest, v1::ListMembershipsResponse>(
      table, "ListMemberships", [&tools](const auto& call, const auto& request) { return List(tools, call, request); });
}

}  // namespace muster::registry
