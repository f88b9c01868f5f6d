#include "services/identity/rpc/reach_finder.h"

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/registry/v1/registry.pb.h"

namespace muster::identity {
namespace {

template <class Object, class Request>
absl::StatusOr<std::string> DistrictOf(rpc::Peer& owner, const rpc::Call& call, const std::string& method,
                                       const std::string& id) {
  if (!IsUuid(id)) {
    return std::string();  // refused by CheckAccount, with the field
  }
  Request request;
  request.set_id(id);
  const auto found = rpc::CallUnaryBlocking<Object>(owner, method, call, request);
  if (HasReason(found.status(), Reason::kNotFound)) {
    return std::string();
  }
  MUSTER_RETURN_IF_ERROR(found.status());
  return found->district_path();
}

}  // namespace

absl::StatusOr<Reach> ReachFinder::Find(const rpc::Call& parent, const Account& wanted) const {
  Reach reach;
  if (wanted.incident_grants.size() > kMaxIncidentGrants) {
    return reach;  // as above
  }
  rpc::Call call = parent;
  call.access_token = token_();
  MUSTER_ASSIGN_OR_RETURN(
      reach.organization_district,
      (DistrictOf<registry::v1::Organization, registry::v1::GetOrganizationRequest>(
          owners_, call, "muster.registry.v1.RegistryService.GetOrganization", wanted.organization_id.value())));
  for (const IncidentGrant& grant : wanted.incident_grants) {
    MUSTER_ASSIGN_OR_RETURN(std::string district, (DistrictOf<dispatch::v1::Incident, dispatch::v1::GetIncidentRequest>(
                                                      owners_, call, "muster.dispatch.v1.DispatchService.GetIncident",
                                                      grant.incident_id.value())));
    reach.incident_districts.push_back(std::move(district));
  }
  return reach;
}

}  // namespace muster::identity
