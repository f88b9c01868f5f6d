#include <string>
#include <utility>
#include <vector>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/paging.h"
#include "muster/security/id_number.h"
#include "muster/security/phone.h"
#include "services/registry/core/field_mask.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/wire.h"
#include "services/registry/store/reads.h"

namespace muster::registry {
namespace {

absl::StatusOr<v1::Member> Masked(const Tools& tools, const Member& member) {
  MUSTER_ASSIGN_OR_RETURN(const Person person, tools.sealer.Open(member));
  return ToProto(member, person);
}

/// The reply of every change of a member.
auto AnswerMember(const Tools& tools) {
  return [&tools](const RegistryChanges& changes) -> absl::StatusOr<std::string> {
    MUSTER_ASSIGN_OR_RETURN(const v1::Member reply, Masked(tools, changes.members.front().after));
    return reply.SerializeAsString();
  };
}

absl::StatusOr<Mutation> PrepareCreate(const Tools& tools, const rpc::Call& call,
                                       const v1::CreateMemberRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const Person person, NormalizePerson(PersonFromProto(request.member()), "member"));
  CreateMember command{MemberFromProto(request.member())};
  Member& member = command.values;
  member.id = MemberId(NewUuid(tools.clock.Now(), tools.random));
  if (member.organization_id.empty() && call.principal.Has(Role::kOrganizationManager)) {
    member.organization_id = call.principal.organization_id;
  }
  MUSTER_RETURN_IF_ERROR(tools.sealer.Seal(person, member));
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadOrganization(principal, command.values.organization_id, facts.organization, reads);
    ReadTeamsNamed(command.values.team_ids, facts.member_teams, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerMember(tools);
  return mutation;
}

/// Where the update names a personal field: seals what the store has, with what is new in it. The version that this
/// was made from goes with the command, which refuses to write over a newer one.
absl::Status SealNewPerson(const Tools& tools, const rpc::Call& call, const v1::Member& message,
                           UpdateMember& command) {
  const bool name = Names(command.paths, "name");
  const bool phone = Names(command.paths, "phone");
  const bool id_number = Names(command.paths, "id_number");
  if (!name && !phone && !id_number) {
    return absl::OkStatus();
  }
  MUSTER_ASSIGN_OR_RETURN(const Member stored, tools.store.GetMember(call.principal, command.id));
  MUSTER_ASSIGN_OR_RETURN(Person person, tools.sealer.Open(stored));
  Person given = PersonFromProto(message);
  person.name = name ? given.name : person.name;
  person.phone = phone ? given.phone : person.phone;
  person.id_number = id_number ? given.id_number : person.id_number;
  MUSTER_ASSIGN_OR_RETURN(person, NormalizePerson(person, "member"));
  command.values.id = stored.id;
  command.values.organization_id = stored.organization_id;
  command.person_version = stored.version;
  return tools.sealer.Seal(person, command.values);
}

absl::StatusOr<Mutation> PrepareUpdate(const Tools& tools, const rpc::Call& call,
                                       const v1::UpdateMemberRequest& request) {
  UpdateMember command;
  command.paths.assign(request.update_mask().paths().begin(), request.update_mask().paths().end());
  v1::Member message = request.member();
  KeepOnly(command.paths, message);
  command.id = MemberId(request.member().id());
  command.expected_version = request.expected_version();
  command.values = MemberFromProto(message);
  MUSTER_RETURN_IF_ERROR(SealNewPerson(tools, call, message, command));
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadMember(principal, command.id, facts.member, reads);
    ReadTeamsNamed(command.values.team_ids, facts.member_teams, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerMember(tools);
  return mutation;
}

absl::StatusOr<MemberFilter> FilterOf(const PersonSealer& sealer, const v1::ListMembersRequest& request) {
  MemberFilter filter;
  filter.organization_id = OrganizationId(request.organization_id());
  filter.team_id = TeamId(request.team_id());
  if (!request.phone().empty()) {
    MUSTER_ASSIGN_OR_RETURN(const std::string phone, security::NormalizePhone(request.phone(), "phone"));
    filter.phone_index = sealer.PhoneIndex(phone);
  }
  if (!request.name().empty()) {
    MUSTER_ASSIGN_OR_RETURN(const std::string name, NormalizeName(request.name(), "name"));
    filter.name_digest = sealer.NameDigest(name);
  }
  if (!request.id_number().empty()) {
    MUSTER_ASSIGN_OR_RETURN(const std::string number, security::NormalizeIdNumber(request.id_number(), "id_number"));
    filter.id_number_digest = sealer.IdNumberDigest(number);
  }
  return filter;
}

absl::StatusOr<v1::ListMembersResponse> List(const Tools& tools, const rpc::Call& call,
                                             const v1::ListMembersRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
  MUSTER_ASSIGN_OR_RETURN(const MemberFilter filter, FilterOf(tools.sealer, request));
  MUSTER_ASSIGN_OR_RETURN(const Page<Member> page, tools.store.ListMembers(call.principal, filter, {after, limit}));
  v1::ListMembersResponse response;
  for (const Member& member : page.items) {
    MUSTER_ASSIGN_OR_RETURN(*response.add_members(), Masked(tools, member));
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.next));
  }
  return response;
}

}  // namespace

void ServeMembers(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::CreateMemberRequest, v1::Member>(
      table, tools, "CreateMember",
      [&tools](const auto& call, const auto& request) { return PrepareCreate(tools, call, request); });
  ServeChange<v1::UpdateMemberRequest, v1::Member>(
      table, tools, "UpdateMember",
      [&tools](const auto& call, const auto& request) { return PrepareUpdate(tools, call, request); });
  ServeRead<v1::GetMemberRequest, v1::Member>(
      table, "GetMember", [&tools](const rpc::Call& call, const auto& request) -> absl::StatusOr<v1::Member> {
        MUSTER_ASSIGN_OR_RETURN(const Member member, tools.store.GetMember(call.principal, MemberId(request.id())));
        return Masked(tools, member);
      });
  ServeRead<v1::ListMembersRequest, v1::ListMembersResponse>(
      table, "ListMembers", [&tools](const auto& call, const auto& request) { return List(tools, call, request); });
}

}  // namespace muster::registry
