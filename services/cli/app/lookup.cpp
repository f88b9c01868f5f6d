#include "services/cli/app/lookup.h"

#include "muster/base/status_macros.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {

namespace dispatch_api = dispatch::v1;

namespace {

absl::Status NothingYet(const char* zh, const char* en) {
  return LocalError(ExitCode::kNotFound,
                    {std::string("还没有") + zh + "。", std::string("There is no ") + en + " yet."});
}

}  // namespace

absl::StatusOr<dispatch_api::Incident> FindIncident(Session& session, const std::string& id) {
  if (id != kLast) {
    dispatch_api::GetIncidentRequest request;
    request.set_id(id);
    return session.Call<dispatch_api::Incident>(request);
  }
  dispatch_api::ListIncidentsRequest request;
  request.set_page_size(1);
  MUSTER_ASSIGN_OR_RETURN(auto reply, session.Call<dispatch_api::ListIncidentsResponse>(request));
  if (reply.incidents().empty()) {
    return NothingYet("事件", "incident");
  }
  return reply.incidents(0);
}

absl::StatusOr<dispatch_api::ResourceRequest> FindRequest(Session& session, const std::string& id) {
  if (id != kLast) {
    dispatch_api::GetRequestRequest request;
    request.set_id(id);
    return session.Call<dispatch_api::ResourceRequest>(request);
  }
  dispatch_api::ListRequestsRequest request;
  request.set_page_size(1);
  MUSTER_ASSIGN_OR_RETURN(auto reply, session.Call<dispatch_api::ListRequestsResponse>(request));
  if (reply.resource_requests().empty()) {
    return NothingYet("需求", "request");
  }
  return reply.resource_requests(0);
}

absl::StatusOr<std::string> ResolveIncidentId(Session& session, const std::string& id) {
  if (id != kLast) {
    return id;
  }
  MUSTER_ASSIGN_OR_RETURN(const auto incident, FindIncident(session, id));
  return incident.id();
}

absl::StatusOr<std::string> ResolveRequestId(Session& session, const std::string& id) {
  if (id != kLast) {
    return id;
  }
  MUSTER_ASSIGN_OR_RETURN(const auto request, FindRequest(session, id));
  return request.id();
}

const std::string& Directory::TeamName(const std::string& id) {
  const auto [entry, fresh] = teams_.try_emplace(id, id);
  if (fresh && !id.empty()) {
    registry::v1::GetTeamRequest request;
    request.set_id(id);
    if (const auto team = session_.Call<registry::v1::Team>(request); team.ok()) {
      entry->second = team->name();
    }
  }
  return entry->second;
}

const std::string& Directory::OrganizationName(const std::string& id) {
  const auto [entry, fresh] = organizations_.try_emplace(id, id);
  if (fresh && !id.empty()) {
    registry::v1::GetOrganizationRequest request;
    request.set_id(id);
    if (const auto organization = session_.Call<registry::v1::Organization>(request); organization.ok()) {
      entry->second = organization->name();
    }
  }
  return entry->second;
}

}  // namespace muster::cli
