#include <string>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/registry/core/consent_rules.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/people_convert.h"
#include "services/registry/store/people_reads.h"

namespace muster::registry {
namespace {

/// A change of one member.
template <class Command>
Mutation MutationOf(const Tools& tools, const rpc::Call& call, Command command) {
  Mutation mutation;
  mutation.read = [id = command.id, principal = call.principal](Facts& facts, Reads& reads) {
    ReadMember(principal, id, facts.member, reads);
    ReadAgreementsOf(id, facts.people, reads);
  };
  mutation.decide = [command = std::move(command)](const Facts& facts, const Context& context) {
    return Decide(command, facts, context);
  };
  mutation.answer = AnswerMember(tools);
  return mutation;
}

absl::StatusOr<Mutation> PrepareRecord(const Tools& tools, const rpc::Call& call,
                                       const v1::RecordConsentRequest& request) {
  RecordConsent command{MemberId(request.member_id()), request.expected_version(), {}};
  MUSTER_ASSIGN_OR_RETURN(command.consent, ConsentFromProto(request.consent(), "consent"));
  return MutationOf(tools, call, std::move(command));
}

absl::StatusOr<Mutation> PrepareWithdraw(const Tools& tools, const rpc::Call& call,
                                         const v1::WithdrawConsentRequest& request) {
  return MutationOf(tools, call,
                    WithdrawConsent{MemberId(request.member_id()), request.expected_version(), request.purpose()});
}

}  // namespace

void ServeConsents(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::RecordConsentRequest, v1::Member>(
      table, tools, "RecordConsent",
      [&tools](const auto& call, const auto& request) { return PrepareRecord(tools, call, request); });
  ServeChange<v1::WithdrawConsentRequest, v1::Member>(
      table, tools, "WithdrawConsent",
      [&tools](const auto& call, const auto& request) { return PrepareWithdraw(tools, call, request); });
}

}  // namespace muster::registry
