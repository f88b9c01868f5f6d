#include <string>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/events/audit.h"
#include "muster/rpc/paging.h"
#include "services/registry/core/organization_life.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/wire.h"

namespace muster::registry {
namespace {

/// A change of one organization, whose teams may follow.
template <class Command>
Mutation OfOrganization(const Tools& tools, const rpc::Call& call, const Command& command) {
  Mutation mutation;
  mutation.read = [id = command.id, principal = call.principal](Facts& facts, Reads& reads) {
    ReadOrganization(principal, id, facts.organization, reads);
    ReadTeamsOf(id, facts.teams, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerOrganization(tools);
  return mutation;
}

absl::StatusOr<Mutation> PrepareBlacklist(const Tools& tools, const rpc::Call& call,
                                          const v1::BlacklistOrganizationRequest& request) {
  BlacklistOrganization command{OrganizationId(request.id()), request.expected_version(), {}, request.reason()};
  if (request.has_until_time()) {
    MUSTER_ASSIGN_OR_RETURN(command.until, FromProto(request.until_time(), "until_time"));
  }
  return OfOrganization(tools, call, command);
}

absl::StatusOr<Mutation> PrepareInspection(const Tools& tools, const rpc::Call& call,
                                           const v1::RecordInspectionRequest& request) {
  RecordInspection command{OrganizationId(request.id()), request.expected_version(), {}};
  MUSTER_ASSIGN_OR_RETURN(command.inspection, InspectionFromProto(request.inspection(), "inspection"));
  return OfOrganization(tools, call, command);
}

v1::OrganizationState StateNamed(const std::string& name) {
  const auto state = StateFromName<OrganizationState>(name);
  return state ? ToProto(*state) : v1::ORGANIZATION_STATE_UNSPECIFIED;
}

void StepToProto(const events::AuditRow& row, v1::OrganizationStep& out) {
  ToProto(row.time, *out.mutable_time());
  out.set_actor_id(row.actor);
  out.set_actor_organization_id(row.actor_organization_id);
  out.set_action(row.action.substr(row.action.rfind('.') + 1));
  out.set_from_state(StateNamed(row.from_state));
  out.set_to_state(StateNamed(row.to_state));
  out.set_reason(row.note);
  out.set_version(row.object_version);
}

/// The history is what the audit trail has of an organization that the caller sees.
absl::StatusOr<v1::GetOrganizationHistoryResponse> History(const Tools& tools, const rpc::Call& call,
                                                           const v1::GetOrganizationHistoryRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_RETURN_IF_ERROR(tools.store.GetOrganization(call.principal, OrganizationId(request.id())).status());
  events::AuditQuery query;
  query.object_id = request.id();
  query.page_size = limit;
  query.page_token = request.page_token();
  MUSTER_ASSIGN_OR_RETURN(const events::AuditPage page, events::ListAudit(tools.database, query));
  v1::GetOrganizationHistoryResponse response;
  for (const events::AuditRow& row : page.rows) {
    StepToProto(row, *response.add_steps());
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

}  // namespace

void ServeOrganizationLife(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::SubmitOrganizationRequest, v1::Organization>(
      table, tools, "SubmitOrganization",
      [&tools](const rpc::Call& call, const auto& request) -> absl::StatusOr<Mutation> {
        return OfOrganization(tools, call,
                              SubmitOrganization{OrganizationId(request.id()), request.expected_version()});
      });
  ServeChange<v1::BlacklistOrganizationRequest, v1::Organization>(
      table, tools, "BlacklistOrganization",
      [&tools](const auto& call, const auto& request) { return PrepareBlacklist(tools, call, request); });
  ServeChange<v1::RecordInspectionRequest, v1::Organization>(
      table, tools, "RecordInspection",
      [&tools](const auto& call, const auto& request) { return PrepareInspection(tools, call, request); });
  ServeRead<v1::GetOrganizationHistoryRequest, v1::GetOrganizationHistoryResponse>(
      table, "GetOrganizationHistory",
      [&tools](const auto& call, const auto& request) { return History(tools, call, request); });
}

}  // namespace muster::registry
