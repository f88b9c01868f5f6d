#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/paging.h"
#include "services/registry/core/credit_code.h"
#include "services/registry/core/field_mask.h"
#include "services/registry/core/organization_rules.h"
#include "services/registry/core/search_text.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/search_fields.h"
#include "services/registry/rpc/wire.h"
#include "services/registry/store/reads.h"

namespace muster::registry {

absl::StatusOr<v1::Organization> Masked(const Tools& tools, const Organization& organization) {
  MUSTER_ASSIGN_OR_RETURN(const Person contact, tools.sealer.OpenContact(organization));
  return ToProto(organization, contact);
}

std::function<absl::StatusOr<std::string>(const RegistryChanges& changes)> AnswerOrganization(const Tools& tools) {
  return [&tools](const RegistryChanges& changes) -> absl::StatusOr<std::string> {
    MUSTER_ASSIGN_OR_RETURN(const v1::Organization reply, Masked(tools, changes.organizations.front().after));
    return reply.SerializeAsString();
  };
}

void ReadTaken(const Organization& values, Facts& facts, Reads& reads) {
  ReadCreditCodeTaken(values.credit_code, values.id, facts.credit_code_taken, reads);
  ReadFilingNumberTaken(values.filing_office, values.filing_number, values.id, facts.filing_number_taken, reads);
}

namespace {

absl::StatusOr<Mutation> PrepareCreate(const Tools& tools, const rpc::Call&,
                                       const v1::CreateOrganizationRequest& request) {
  CreateOrganization command;
  v1::Organization message = request.organization();
  if (message.kind() == v1::ORGANIZATION_KIND_UNSPECIFIED) {
    if (const auto kind = KindOfCreditCode(NormalizeCreditCode(message.credit_code()))) {
      message.set_kind(ToProto(*kind));
    }
  }
  command.draft = request.draft();
  MUSTER_ASSIGN_OR_RETURN(command.values, OrganizationFromProto(message, "organization"));
  MUSTER_ASSIGN_OR_RETURN(const Person contact, ContactFromProto(request.organization(), "organization"));
  command.values.id = OrganizationId(NewUuid(tools.clock.Now(), tools.random));
  Normalize(command.values);
  MUSTER_RETURN_IF_ERROR(tools.sealer.SealContact(contact, command.values));
  Mutation mutation;
  mutation.read = [values = command.values](Facts& facts, Reads& reads) { ReadTaken(values, facts, reads); };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerOrganization(tools);
  return mutation;
}

/// Where the update names the contact: seals what the store has, with what is new in it. The version that this was
/// made from goes with the command, which refuses to write over a newer one.
absl::Status SealNewContact(const Tools& tools, const rpc::Call& call, const v1::Organization& message,
                            UpdateOrganization& command) {
  const bool name = Names(command.paths, "contact_name");
  const bool phone = Names(command.paths, "contact_phone");
  if (!name && !phone) {
    return absl::OkStatus();
  }
  MUSTER_ASSIGN_OR_RETURN(Person contact, ContactFromProto(message, "organization"));
  MUSTER_ASSIGN_OR_RETURN(const Organization stored, tools.store.GetOrganization(call.principal, command.id));
  MUSTER_ASSIGN_OR_RETURN(Person before, tools.sealer.OpenContact(stored));
  contact.name = name ? contact.name : before.name;
  contact.phone = phone ? contact.phone : before.phone;
  command.contact_version = stored.version;
  return tools.sealer.SealContact(contact, command.values);
}

absl::StatusOr<Mutation> PrepareUpdate(const Tools& tools, const rpc::Call& call,
                                       const v1::UpdateOrganizationRequest& request) {
  UpdateOrganization command;
  command.paths.assign(request.update_mask().paths().begin(), request.update_mask().paths().end());
  v1::Organization message = request.organization();
  KeepOnly(command.paths, message);
  MUSTER_ASSIGN_OR_RETURN(command.values,
                          OrganizationFromProto(message, "organization", !Names(command.paths, "kind")));
  command.id = OrganizationId(request.organization().id());
  command.values.id = command.id;
  command.expected_version = request.expected_version();
  command.values.credit_code = NormalizeCreditCode(command.values.credit_code);
  MUSTER_RETURN_IF_ERROR(SealNewContact(tools, call, message, command));
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadOrganization(principal, command.id, facts.organization, reads);
    if (Names(command.paths, "name") || Names(command.paths, "registration_end_time")) {
      ReadTeamsOf(command.id, facts.teams, reads);  // they know their organization by these
    }
    ReadTaken(command.values, facts, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerOrganization(tools);
  return mutation;
}

absl::StatusOr<Mutation> PrepareReview(const Tools& tools, const rpc::Call& call,
                                       const v1::ReviewOrganizationRequest& request) {
  if (request.state() == v1::ORGANIZATION_STATE_UNSPECIFIED) {
    return Error(Reason::kInvalidField, "state");
  }
  const ReviewOrganization command{OrganizationId(request.id()), request.expected_version(),
                                   StateFromProto(request.state()), request.reason()};
  Mutation mutation;
  mutation.read = [id = command.id, principal = call.principal](Facts& facts, Reads& reads) {
    ReadOrganization(principal, id, facts.organization, reads);
    ReadTeamsOf(id, facts.teams, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerOrganization(tools);
  return mutation;
}

absl::StatusOr<v1::ListOrganizationsResponse> List(const Tools& tools, const rpc::Call& call,
                                                   const v1::ListOrganizationsRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
  OrganizationFilter filter;
  MUSTER_ASSIGN_OR_RETURN(filter.district_path, DistrictFilterFrom(request.district_path(), "district_path"));
  if (request.kind() != v1::ORGANIZATION_KIND_UNSPECIFIED) {
    filter.kind = KindFromProto(request.kind());
  }
  if (request.state() != v1::ORGANIZATION_STATE_UNSPECIFIED) {
    filter.state = StateFromProto(request.state());
  }
  MUSTER_ASSIGN_OR_RETURN(filter.text, SearchFormToFind(request.text(), "text"));
  MUSTER_ASSIGN_OR_RETURN(filter.capability, CapabilityFilterFrom(request.capability(), request.lowest_level()));
  MUSTER_ASSIGN_OR_RETURN(filter.near,
                          NeighbourhoodFrom(request.has_near() ? &request.near() : nullptr, request.radius_km()));
  MUSTER_ASSIGN_OR_RETURN(const Page<Organization> page,
                          tools.store.ListOrganizations(call.principal, filter, {after, limit}));
  v1::ListOrganizationsResponse response;
  for (const Organization& organization : page.items) {
    MUSTER_ASSIGN_OR_RETURN(*response.add_organizations(), Masked(tools, organization));
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.next));
  }
  return response;
}

}  // namespace

void ServeOrganizations(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::CreateOrganizationRequest, v1::Organization>(
      table, tools, "CreateOrganization",
      [&tools](const auto& call, const auto& request) { return PrepareCreate(tools, call, request); });
  ServeChange<v1::UpdateOrganizationRequest, v1::Organization>(
      table, tools, "UpdateOrganization",
      [&tools](const auto& call, const auto& request) { return PrepareUpdate(tools, call, request); });
  ServeChange<v1::ReviewOrganizationRequest, v1::Organization>(
      table, tools, "ReviewOrganization",
      [&tools](const auto& call, const auto& request) { return PrepareReview(tools, call, request); });
  ServeRead<v1::GetOrganizationRequest, v1::Organization>(
      table, "GetOrganization",
      [&tools](const rpc::Call& call, const auto& request) -> absl::StatusOr<v1::Organization> {
        MUSTER_ASSIGN_OR_RETURN(const Organization organization,
                                tools.store.GetOrganization(call.principal, OrganizationId(request.id())));
        return Masked(tools, organization);
      });
  ServeRead<v1::ListOrganizationsRequest, v1::ListOrganizationsResponse>(
      table, "ListOrganizations",
      [&tools](const auto& call, const auto& request) { return List(tools, call, request); });
}

}  // namespace muster::registry
