#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/registry/core/privacy_rules.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/people_convert.h"
#include "services/registry/store/people_reads.h"

namespace muster::registry {
namespace {

/// The fields asked for, in clear.
v1::UnmaskMemberResponse Unmasked(const v1::UnmaskMemberRequest& request, const Person& person) {
  v1::UnmaskMemberResponse response;
  response.set_member_id(request.member_id());
  for (const std::string& field : request.fields()) {
    if (field == "name") {
      response.set_name(person.name.Reveal());
    } else if (field == "phone") {
      response.set_phone(person.phone.Reveal());
    } else if (field == "id_number") {
      response.set_id_number(person.id_number.Reveal());
    } else if (field == "birth_date") {
      response.set_birth_date(person.birth_date.Reveal());
    } else if (field == "guardian_name") {
      response.set_guardian_name(person.guardian_name.Reveal());
    } else if (field == "guardian_phone") {
      response.set_guardian_phone(person.guardian_phone.Reveal());
    } else if (field == "policy_number") {
      response.set_policy_number(person.policy_number.Reveal());
    }
  }
  return response;
}

/// `shown` takes the member, still sealed.
Mutation UnmaskingOf(const Tools& tools, const rpc::Call& call, const v1::UnmaskMemberRequest& request,
                     std::shared_ptr<Member> shown) {
  const Time now = tools.clock.Now();
  const UnmaskMember command{
      UnmaskingId(NewUuid(now, tools.random)), request.purpose(), {request.fields().begin(), request.fields().end()}};
  Mutation mutation;
  mutation.read = [id = MemberId(request.member_id()), principal = call.principal, now](Facts& facts, Reads& reads) {
    ReadMember(principal, id, facts.member, reads);
    ReadUnmaskings(principal.account_id, now - std::chrono::hours(1), facts.people.unmaskings, reads);
  };
  mutation.decide = [command, shown](const Facts& facts, const Context& context) {
    *shown = facts.member.value_or(Member());
    return Decide(command, facts, context);
  };
  mutation.answer = [id = request.member_id()](const RegistryChanges&) -> absl::StatusOr<std::string> {
    v1::UnmaskMemberResponse stored;
    stored.set_member_id(id);
    return stored.SerializeAsString();
  };
  return mutation;
}

void Unmask(const Tools& tools, const rpc::Call& call, const v1::UnmaskMemberRequest& request,
            rpc::Reply<v1::UnmaskMemberResponse> reply) {
  const auto shown = std::make_shared<Member>();
  // The stored reply holds the id only, so a repeat shows nothing that was not counted.
  const auto done = [&tools, request, shown, reply](absl::StatusOr<storage::CommandReply> stored) {
    if (!stored.ok()) {
      return reply(stored.status());
    }
    const absl::StatusOr<Person> person = stored->repeated ? Person() : tools.sealer.Open(*shown);
    return person.ok() ? reply(Unmasked(request, *person)) : reply(person.status());
  };
  tools.database.Submit(
      NewCommand(OriginOf(call, request.request_id(), request), UnmaskingOf(tools, call, request, shown), tools.random),
      done);
}

absl::StatusOr<Mutation> PrepareErase(const Tools& tools, const rpc::Call& call,
                                      const v1::EraseMemberRequest& request) {
  const EraseMember command{request.expected_version(), request.reason()};
  Mutation mutation;
  mutation.read = [id = MemberId(request.id()), principal = call.principal](Facts& facts, Reads& reads) {
    ReadMember(principal, id, facts.member, reads);
    ReadAgreementsOf(id, facts.people, reads);
    ReadCertificatesOf(id, facts.people.certificates, reads);
    ReadLeadsATeam(id, facts.people.leads_a_team, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerMember(tools);
  return mutation;
}

}  // namespace

void ServePrivacy(rpc::MethodTable& table, const Tools& tools) {
  table.Unary<v1::UnmaskMemberRequest, v1::UnmaskMemberResponse>(
      "muster.registry.v1.RegistryService.UnmaskMember",
      [&tools](const rpc::Call& call, const v1::UnmaskMemberRequest& request,
               rpc::Reply<v1::UnmaskMemberResponse> reply) { Unmask(tools, call, request, std::move(reply)); });
  ServeChange<v1::EraseMemberRequest, v1::Member>(
      table, tools, "EraseMember",
      [&tools](const auto& call, const auto& request) { return PrepareErase(tools, call, request); });
}

}  // namespace muster::registry
