#include "tests/scenario/kill/mobilizer.h"

#include "muster/base/id.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/cli/app/advancing.h"
#include "services/cli/demo_city/demo_city.h"
#include "services/cli/output/format.h"

namespace muster::testing {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::AssignmentState;
using dispatch::v1::DispatchResponse;
using dispatch::v1::Incident;
using dispatch::v1::Offer;
using dispatch::v1::ResourceRequest;

std::string FreshId() { return NewUuid(SystemClock().Now(), SystemRandom()); }

}  // namespace

template <class Reply, class Request>
Reply Mobilizer::Change(const std::string& kind, Request request) {
  request.set_request_id(FreshId());
  const auto reply = client_.Call<Reply>(request);
  EXPECT_TRUE(reply.ok()) << request.GetTypeName() << ": " << reply.status();
  if (!reply.ok()) {
    return {};
  }
  if (!kind.empty()) {
    ledger_.Acknowledge(kind, reply->id(), reply->version());
  }
  return *reply;
}

void Mobilizer::Prepare() {
  registry::v1::ListTeamsRequest request;
  request.set_organization_id(std::string(demo::kDemoOrganizationId));
  const auto teams = client_.Call<registry::v1::ListTeamsResponse>(request);
  ASSERT_TRUE(teams.ok()) << teams.status();
  for (const auto& team : teams->teams()) {
    team_ids_.push_back(team.id());
    capabilities_.push_back(team.capabilities(0).capability());
  }
  ASSERT_FALSE(team_ids_.empty());
}

Incident Mobilizer::OpenIncident() {
  dispatch::v1::CreateIncidentRequest request;
  request.mutable_incident()->set_title("Kill test");
  request.mutable_incident()->set_kind(dispatch::v1::INCIDENT_KIND_ACCIDENT);
  request.mutable_incident()->set_district_path("3205");
  request.mutable_incident()->mutable_position()->set_latitude(31.30);
  request.mutable_incident()->mutable_position()->set_longitude(120.60);
  return Change<Incident>("incident", request);
}

ResourceRequest Mobilizer::WriteRequest(const std::string& incident_id) {
  // Requests reach a year ahead at most; by the time a day comes round again, its teams are long home.
  const Time start = SystemClock().Now() + std::chrono::hours(24 * (played_ % 300 + 1));
  dispatch::v1::CreateRequestRequest request;
  request.mutable_resource_request()->set_incident_id(incident_id);
  for (const std::string& capability : capabilities_) {
    auto& line = *request.mutable_resource_request()->add_lines();
    line.set_capability(capability);
    line.set_quantity(1);
    line.set_unit(dispatch::v1::QUANTITY_UNIT_TEAMS);
    *line.add_windows()->mutable_start_time() = cli::ToTimestamp(start);
    *line.mutable_windows(0)->mutable_end_time() = cli::ToTimestamp(start + std::chrono::hours(2));
  }
  return Change<ResourceRequest>("request", request);
}

std::vector<Offer> Mobilizer::Dispatch(const ResourceRequest& request) {
  dispatch::v1::DispatchRequest call;
  call.set_resource_request_id(request.id());
  call.set_expected_version(request.version());
  for (int i = 0; i < request.lines_size(); ++i) {
    auto& line = *call.add_lines();
    line.set_line_id(request.lines(i).id());
    line.add_team_ids(team_ids_[static_cast<size_t>(i)]);
  }
  call.set_request_id(FreshId());
  const auto reply = client_.Call<DispatchResponse>(call);
  EXPECT_TRUE(reply.ok()) << reply.status();
  if (!reply.ok()) {
    return {};
  }
  ledger_.Acknowledge("request", reply->resource_request().id(), reply->resource_request().version());
  for (const Offer& offer : reply->offers()) {
    ledger_.Acknowledge("offer", offer.id(), offer.version());
    ledger_.Invite(offer.id());
  }
  return {reply->offers().begin(), reply->offers().end()};
}

Assignment Mobilizer::Accept(const Offer& offer) {
  dispatch::v1::AnswerOfferRequest request;
  request.set_id(offer.id());
  request.set_answer(dispatch::v1::OFFER_ANSWER_ACCEPT);
  request.set_answered_via(dispatch::v1::ANSWERED_VIA_RADIO);
  const auto answered = Change<Offer>("offer", request);
  dispatch::v1::GetAssignmentRequest read;
  read.set_id(answered.assignment_id());
  const auto assignment = client_.Call<Assignment>(read);
  EXPECT_TRUE(assignment.ok()) << assignment.status();
  return assignment.ok() ? *assignment : Assignment();
}

void Mobilizer::BringHome(Assignment assignment) {
  for (const AssignmentState state :
       {dispatch::v1::ASSIGNMENT_STATE_MOBILIZING, dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE}) {
    dispatch::v1::AdvanceAssignmentRequest step;
    step.set_id(assignment.id());
    step.set_expected_version(assignment.version());
    step.set_state(state);
    step.set_cover_override_reason(state == dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE ? "test" : "");
    assignment = Change<Assignment>("assignment", step);
  }
  dispatch::v1::CheckInRequest arrival;
  arrival.set_id(assignment.id());
  assignment = Change<Assignment>("assignment", arrival);
  dispatch::v1::ReleaseAssignmentRequest release;
  release.set_id(assignment.id());
  release.set_expected_version(assignment.version());
  assignment = Change<Assignment>("assignment", release);
  dispatch::v1::AdvanceAssignmentRequest leave;
  leave.set_id(assignment.id());
  leave.set_expected_version(assignment.version());
  leave.set_state(dispatch::v1::ASSIGNMENT_STATE_RETURNING);
  assignment = Change<Assignment>("assignment", leave);
  dispatch::v1::CheckOutRequest home;
  home.set_id(assignment.id());
  assignment = Change<Assignment>("assignment", home);
  EXPECT_EQ(assignment.state(), dispatch::v1::ASSIGNMENT_STATE_HOME);
}

void Mobilizer::Close(const Incident& incident) {
  dispatch::v1::CloseIncidentRequest request;
  request.set_id(incident.id());
  request.set_expected_version(incident.version());
  request.set_request_id(FreshId());
  const auto reply = client_.Call<dispatch::v1::CloseIncidentResponse>(request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  ledger_.Acknowledge("incident", reply->incident().id(), reply->incident().version());
}

void Mobilizer::PlayOnce() {
  const Incident incident = OpenIncident();
  const ResourceRequest request = WriteRequest(incident.id());
  const auto offers = Dispatch(request);
  ASSERT_EQ(offers.size(), team_ids_.size());
  BringHome(Accept(offers.front()));
  for (size_t i = 1; i + 1 < offers.size(); ++i) {
    Accept(offers[i]);
  }
  Close(incident);
  ++played_;
}

}  // namespace muster::testing
