#include "tests/scenario/kill/inspector.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "services/cli/app/paging.h"

namespace muster::testing {
namespace {

using common::v1::ListAuditRecordsRequest;
using common::v1::ListAuditRecordsResponse;
using dispatch::v1::ListAssignmentsRequest;
using dispatch::v1::ListAssignmentsResponse;
using dispatch::v1::ListIncidentsRequest;
using dispatch::v1::ListIncidentsResponse;
using dispatch::v1::ListOffersRequest;
using dispatch::v1::ListOffersResponse;
using dispatch::v1::ListRequestsRequest;
using dispatch::v1::ListRequestsResponse;
using notify::v1::ListDeliveriesRequest;
using notify::v1::ListDeliveriesResponse;

std::unique_ptr<cli::Session> Open(const Deployment& deployment, const std::string& api_key) {
  return cli::Session::Open({.socket_path = deployment.socket(), .api_key = api_key}).value();
}

template <class Response, class Request>
Response ReadAll(cli::Session& session, const Request& request) {
  const auto all = cli::CollectPages<Response>(session, request, std::numeric_limits<int>::max());
  EXPECT_TRUE(all.ok()) << all.status();
  return all.ok() ? *all : Response();
}

template <class Objects>
auto Indexed(const Objects& objects) {
  std::map<std::string, typename Objects::value_type> by_id;
  for (const auto& object : objects) {
    by_id[object.id()] = object;
  }
  return by_id;
}

void ReadTrail(cli::Session& auditor, const std::string& owner, Findings& found) {
  ListAuditRecordsRequest request;
  request.set_owner(owner);
  const auto trail = ReadAll<ListAuditRecordsResponse>(auditor, request);
  found.trail.insert(found.trail.end(), trail.records().begin(), trail.records().end());
}

}  // namespace

Findings Inspect(const Deployment& deployment, const World& world) {
  const auto reader = Open(deployment, world.operator_key);
  const auto auditor = Open(deployment, world.auditor_key);
  Findings found;
  found.incidents = Indexed(ReadAll<ListIncidentsResponse>(*reader, ListIncidentsRequest()).incidents());
  found.requests = Indexed(ReadAll<ListRequestsResponse>(*reader, ListRequestsRequest()).resource_requests());
  found.offers = Indexed(ReadAll<ListOffersResponse>(*reader, ListOffersRequest()).offers());
  found.assignments = Indexed(ReadAll<ListAssignmentsResponse>(*reader, ListAssignmentsRequest()).assignments());
  found.deliveries = Indexed(ReadAll<ListDeliveriesResponse>(*reader, ListDeliveriesRequest()).deliveries());
  ReadTrail(*auditor, "dispatch", found);
  ReadTrail(*auditor, "notify", found);
  return found;
}

}  // namespace muster::testing
