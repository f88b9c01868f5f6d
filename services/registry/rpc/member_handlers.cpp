#include <algorithm>
#include <array>
#include <string>
#include <string_view>
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
#include "services/registry/core/person_rules.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/people_convert.h"
#include "services/registry/rpc/wire.h"
#include "services/registry/store/people_reads.h"

namespace muster::registry {
namespace {

/// A new member of a request, sealed, with an id.
absl::StatusOr<Member> NewMember(const Tools& tools, const v1::Member& message, const OrganizationId& organization_id) {
  MUSTER_ASSIGN_OR_RETURN(Member member, MemberFromProto(message, "member"));
  MUSTER_ASSIGN_OR_RETURN(const Person person, NormalizePerson(PersonFromProto(message), "member"));
  MUSTER_RETURN_IF_ERROR(CheckAge(person, member.guardian_consent, tools.clock.Now(), "member"));
  member.id = MemberId(NewUuid(tools.clock.Now(), tools.random));
  member.organization_id = organization_id;
  MUSTER_RETURN_IF_ERROR(tools.sealer.Seal(person, member));
  return member;
}

absl::StatusOr<Mutation> PrepareCreate(const Tools& tools, const rpc::Call& call,
                                       const v1::CreateMemberRequest& request) {
  OrganizationId organization_id(request.member().organization_id());
  if (organization_id.empty() && call.principal.Has(Role::kOrganizationManager)) {
    organization_id = call.principal.organization_id;
  }
  CreateMember command;
  MUSTER_ASSIGN_OR_RETURN(command.values, NewMember(tools, request.member(), organization_id));
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadOrganization(principal, command.values.organization_id, facts.organization, reads);
    ReadTeamsNamed(command.values.team_ids, facts.member_teams, reads);
    ReadPersonTaken(command.values.person_index, command.values.id, facts.people.person_taken, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerMember(tools);
  return mutation;
}

/// How old somebody is who registers alone must be known.
absl::Status CheckBirthDateKnown(const v1::Member& member) {
  return member.birth_date().empty() && member.id_number().empty() ? Error(Reason::kInvalidField, "member.birth_date")
                                                                   : absl::OkStatus();
}

absl::StatusOr<Mutation> PrepareVolunteer(const Tools& tools, const rpc::Call& call,
                                          const v1::RegisterVolunteerRequest& request) {
  MUSTER_RETURN_IF_ERROR(CheckBirthDateKnown(request.member()));
  if (!request.member().organization_id().empty() || !request.member().team_ids().empty()) {
    return Error(Reason::kInvalidField,
                 request.member().team_ids().empty() ? "member.organization_id" : "member.team_ids");
  }
  RegisterVolunteer command;
  MUSTER_ASSIGN_OR_RETURN(command.values, NewMember(tools, request.member(), OrganizationId()));
  const bool by_the_person = !call.principal.IsOfficial();
  command.values.account_id = by_the_person ? call.principal.account_id : AccountId();
  Mutation mutation;
  mutation.read = [command](Facts& facts, Reads& reads) {
    ReadPersonTaken(command.values.person_index, command.values.id, facts.people.person_taken, reads);
    ReadMemberOfAccount(command.values.account_id, facts.people.member_of_account, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerMember(tools);
  return mutation;
}

/// The fields that are sealed, or that the age gate looks at with them.
constexpr std::array<std::string_view, 8> kPersonalPaths{
    "name",          "phone",          "id_number", "birth_date",
    "guardian_name", "guardian_phone", "insurance", "guardian_consent_time"};

/// What is new in `given` over what is stored.
Person Merged(Person person, const Person& given, const std::vector<std::string>& paths) {
  const auto take = [&](std::string_view path, security::SensitiveText Person::*field) {
    if (Names(paths, path)) {
      person.*field = given.*field;
    }
  };
  take("name", &Person::name);
  take("phone", &Person::phone);
  take("guardian_name", &Person::guardian_name);
  take("guardian_phone", &Person::guardian_phone);
  take("insurance", &Person::policy_number);
  if (Names(paths, "id_number") && !given.id_number.Reveal().empty()) {
    person.birth_date = {};  // the new number tells it
  }
  take("id_number", &Person::id_number);
  take("birth_date", &Person::birth_date);
  return person;
}

/// Where the update names a personal field: seals what the store has, with what is new in it. The version that this
/// was made from goes with the command, which refuses to write over a newer one.
absl::Status SealNewPerson(const Tools& tools, const rpc::Call& call, const v1::Member& message,
                           UpdateMember& command) {
  if (std::none_of(kPersonalPaths.begin(), kPersonalPaths.end(),
                   [&](std::string_view path) { return Names(command.paths, path); })) {
    return absl::OkStatus();
  }
  MUSTER_ASSIGN_OR_RETURN(const Member stored, tools.store.GetMember(call.principal, command.id));
  MUSTER_RETURN_IF_ERROR(CheckNotErased(stored));
  MUSTER_ASSIGN_OR_RETURN(const Person before, tools.sealer.Open(stored));
  MUSTER_ASSIGN_OR_RETURN(const Person person,
                          NormalizePerson(Merged(before, PersonFromProto(message), command.paths), "member"));
  const auto guardian_consent =
      Names(command.paths, "guardian_consent_time") ? command.values.guardian_consent : stored.guardian_consent;
  MUSTER_RETURN_IF_ERROR(CheckAge(person, guardian_consent, tools.clock.Now(), "member"));
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
  MUSTER_ASSIGN_OR_RETURN(command.values, MemberFromProto(message, "member"));
  MUSTER_RETURN_IF_ERROR(SealNewPerson(tools, call, message, command));
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadMember(principal, command.id, facts.member, reads);
    ReadTeamsNamed(command.values.team_ids, facts.member_teams, reads);
    ReadAgreementsOf(command.id, facts.people, reads);
    ReadPersonTaken(command.values.person_index, command.id, facts.people.person_taken, reads);
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
  ServeChange<v1::RegisterVolunteerRequest, v1::Member>(
      table, tools, "RegisterVolunteer",
      [&tools](const auto& call, const auto& request) { return PrepareVolunteer(tools, call, request); });
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
