#include <set>
#include <string>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/rpc/paging.h"
#include "services/registry/core/field_mask.h"
#include "services/registry/core/organization_change_rules.h"
#include "services/registry/core/organization_rules.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/wire.h"

namespace muster::registry {
namespace {

/// The reply of every change of a request.
absl::StatusOr<std::string> AnswerChange(const RegistryChanges& changes) {
  return ToProto(changes.organization_changes.front().after).SerializeAsString();
}

absl::StatusOr<Mutation> PrepareRequest(const Tools& tools, const rpc::Call& call,
                                        const v1::RequestOrganizationChangeRequest& request) {
  RequestOrganizationChange command;
  const std::set<std::string> paths(request.update_mask().paths().begin(), request.update_mask().paths().end());
  command.paths.assign(paths.begin(), paths.end());
  v1::Organization message = request.organization();
  KeepOnly(command.paths, message);
  MUSTER_ASSIGN_OR_RETURN(command.values,
                          OrganizationFromProto(message, "organization", !Names(command.paths, "kind")));
  command.id = OrganizationId(request.organization().id());
  command.values.credit_code_reason.clear();
  Normalize(command.values);
  command.values.location.reset();
  command.change_id = OrganizationChangeId(NewUuid(tools.clock.Now(), tools.random));
  command.expected_version = request.expected_version();
  command.reason = request.reason();
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    Organization values = command.values;
    values.id = command.id;
    ReadOrganization(principal, command.id, facts.organization, reads);
    ReadOpenChange(command.id, facts.change, reads);
    ReadTaken(values, facts, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerChange;
  return mutation;
}

/// A step of a requested change. What it wishes and whose it is never change, so they are looked up before.
template <class Command>
absl::StatusOr<Mutation> OfChange(const Tools& tools, const rpc::Call& call, const Command& command) {
  MUSTER_ASSIGN_OR_RETURN(const OrganizationChange stored, tools.store.GetChange(call.principal, command.id));
  Mutation mutation;
  mutation.read = [stored, principal = call.principal](Facts& facts, Reads& reads) {
    Organization values = stored.values;
    values.id = stored.organization_id;
    ReadChange(principal, stored.id, facts.change, reads);
    ReadOrganization(principal, stored.organization_id, facts.organization, reads);
    ReadTeamsOf(stored.organization_id, facts.teams, reads);
    ReadTaken(values, facts, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerChange;
  return mutation;
}

absl::StatusOr<Mutation> PrepareReview(const Tools& tools, const rpc::Call& call,
                                       const v1::ReviewOrganizationChangeRequest& request) {
  ReviewOrganizationChange command{
      OrganizationChangeId(request.id()), request.expected_version(), {}, request.reason()};
  if (request.state() == v1::ORGANIZATION_CHANGE_STATE_APPROVED) {
    command.state = ChangeState::kApproved;
  } else if (request.state() == v1::ORGANIZATION_CHANGE_STATE_REFUSED) {
    command.state = ChangeState::kRefused;
  } else {
    return Error(Reason::kInvalidField, "state");
  }
  return OfChange(tools, call, command);
}

absl::StatusOr<v1::ListOrganizationChangesResponse> List(const Tools& tools, const rpc::Call& call,
                                                         const v1::ListOrganizationChangesRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
  ChangeFilter filter{OrganizationId(request.organization_id()), {}};
  if (request.state() != v1::ORGANIZATION_CHANGE_STATE_UNSPECIFIED) {
    filter.state = static_cast<ChangeState>(static_cast<int>(request.state()) - 1);
  }
  MUSTER_ASSIGN_OR_RETURN(const Page<OrganizationChange> page,
                          tools.store.ListChanges(call.principal, filter, {after, limit}));
  v1::ListOrganizationChangesResponse response;
  for (const OrganizationChange& change : page.items) {
    *response.add_changes() = ToProto(change);
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
  }
  return response;
}

}  // namespace

void ServeOrganizationChanges(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::RequestOrganizationChangeRequest, v1::OrganizationChange>(
      table, tools, "RequestOrganizationChange",
      [&tools](const auto& call, const auto& request) { return PrepareRequest(tools, call, request); });
  ServeChange<v1::ReviewOrganizationChangeRequest, v1::OrganizationChange>(
      table, tools, "ReviewOrganizationChange",
      [&tools](const auto& call, const auto& request) { return PrepareReview(tools, call, request); });
  ServeChange<v1::WithdrawOrganizationChangeRequest, v1::OrganizationChange>(
      table, tools, "WithdrawOrganizationChange", [&tools](const auto& call, const auto& request) {
        return OfChange(tools, call,
                        WithdrawOrganizationChange{OrganizationChangeId(request.id()), request.expected_version()});
      });
  ServeRead<v1::ListOrganizationChangesRequest, v1::ListOrganizationChangesResponse>(
      table, "ListOrganizationChanges",
      [&tools](const auto& call, const auto& request) { return List(tools, call, request); });
}

}  // namespace muster::registry
