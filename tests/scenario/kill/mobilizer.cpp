#include "tests/scenario/kill/mobilizer.h"

#include <algorithm>

#include "muster/wire/timestamp.h"
#include "tests/scenario/kill/until.h"

namespace muster::testing {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::DispatchRequest;
using dispatch::v1::DispatchResponse;
using dispatch::v1::Incident;
using dispatch::v1::RequestLine;
using dispatch::v1::ResourceRequest;

/// Seconds to answer. Nobody is silent where there are minutes: such a line stays open until whoever was asked has
/// heard.
constexpr int kPatient = 600;
/// Whoever is silent for this long is followed by the next.
constexpr int kUrgent = 2;
constexpr int kPromiseHolds = 2;

}  // namespace

void Mobilizer::PlayOnce() {
  start_ = SystemClock().Now() + std::chrono::hours(14 * ++shift_);  // rested from the one before
  const Incident incident = OpenIncident();
  const ResourceRequest request = WriteRequest(incident.id());
  Invite(request);
  AwaitAnswers(request);
  TryToBookTwice(incident);
  ReleaseArrived(incident);
  Close(incident);
}

Incident Mobilizer::OpenIncident() {
  dispatch::v1::CreateIncidentRequest request;
  request.mutable_incident()->set_title("Kill test");
  request.mutable_incident()->set_kind(dispatch::v1::INCIDENT_KIND_ACCIDENT);
  request.mutable_incident()->set_district_path("3205");
  request.mutable_incident()->mutable_position()->set_latitude(31.30);
  request.mutable_incident()->mutable_position()->set_longitude(120.60);
  return actor_.Do<Incident>(request).value_or(Incident());
}

RequestLine Mobilizer::Line(const char* skill, int quantity, int wave_size, int answer_seconds,
                            std::chrono::hours after) const {
  RequestLine line;
  line.set_capability(skill);
  line.set_quantity(quantity);
  line.set_unit(dispatch::v1::QUANTITY_UNIT_TEAMS);
  line.mutable_wave_policy()->set_wave_size(wave_size);
  line.mutable_wave_policy()->set_answer_seconds(answer_seconds);
  line.mutable_wave_policy()->set_provisional_seconds(kPromiseHolds);
  auto& window = *line.add_windows();
  *window.mutable_start_time() = ToTimestamp(start_ + after);
  *window.mutable_end_time() = ToTimestamp(start_ + after + std::chrono::hours(2));
  return line;
}

ResourceRequest Mobilizer::WriteRequest(const std::string& incident_id) {
  dispatch::v1::CreateRequestRequest request;
  ResourceRequest& wanted = *request.mutable_resource_request();
  wanted.set_incident_id(incident_id);
  *wanted.add_lines() = Line(kOnSiteSkill, 2, 3, kPatient);  // three are asked for two places
  *wanted.add_lines() = Line(kRemoteSkill, 1, 2, kPatient);
  wanted.mutable_lines(1)->set_place(common::v1::PLACE_REMOTE);
  *wanted.add_lines() = Line(kOnSiteSkill, 1, 1, kUrgent);
  return actor_.Do<ResourceRequest>(request).value_or(ResourceRequest());
}

void Mobilizer::Invite(const ResourceRequest& request) {
  DispatchRequest call;
  call.set_resource_request_id(request.id());
  call.set_expected_version(request.version());
  std::shuffle(team_ids_.begin(), team_ids_.end(), random_);
  for (const RequestLine& line : request.lines()) {
    auto& wanted = *call.add_lines();
    wanted.set_line_id(line.id());
    wanted.mutable_team_ids()->Assign(team_ids_.begin(), team_ids_.end());
  }
  // The first plan of all may come before dispatch has heard of the teams.
  EXPECT_TRUE(
      Until([&] { return actor_.Do<DispatchResponse>(call, {Reason::kNotEligible}).ok(); }, std::chrono::seconds(30)));
}

void Mobilizer::AwaitAnswers(const ResourceRequest& request) {
  for (const RequestLine& line : request.lines()) {
    EXPECT_TRUE(Until([&] { return IsAnswered(line); }, std::chrono::seconds(60)))
        << "nobody answers any more: " << line.ShortDebugString();
  }
}

bool Mobilizer::IsAnswered(const RequestLine& line) {
  dispatch::v1::GetWavePlanRequest request;
  request.set_line_id(line.id());
  const auto plan = actor_.Read<dispatch::v1::GetWavePlanResponse>(request);
  const bool nobody_left = plan.waiting_team_ids().empty() && plan.line().asked() == 0 && plan.line().held() == 0;
  return plan.line().state() == dispatch::v1::LINE_STATE_FILLED || nobody_left;
}

std::vector<Assignment> Mobilizer::Out(const Incident& incident,
                                       const std::vector<dispatch::v1::AssignmentState>& states) {
  dispatch::v1::ListAssignmentsRequest request;
  request.set_incident_id(incident.id());
  request.mutable_states()->Assign(states.begin(), states.end());
  const auto reply = actor_.Read<dispatch::v1::ListAssignmentsResponse>(request);
  return {reply.assignments().begin(), reply.assignments().end()};
}

void Mobilizer::TryToBookTwice(const Incident& incident) {
  const std::vector<Assignment> out = Out(incident, {});
  dispatch::v1::CreateRequestRequest request;
  request.mutable_resource_request()->set_incident_id(incident.id());
  *request.mutable_resource_request()->add_lines() = Line(kOnSiteSkill, 1, 1, kPatient, std::chrono::hours(1));
  const auto rival = actor_.Do<ResourceRequest>(request).value_or(ResourceRequest());
  if (out.empty() || rival.lines().empty()) {
    return;  // all declined, or refused, which failed the test
  }
  DispatchRequest call;
  call.set_resource_request_id(rival.id());
  call.set_expected_version(rival.version());
  call.set_how(dispatch::v1::DISPATCH_HOW_DIRECT);
  call.add_lines()->set_line_id(rival.lines(0).id());
  call.mutable_lines(0)->add_team_ids(out.front().team_id());
  EXPECT_FALSE(actor_.Do<DispatchResponse>(call, {Reason::kTeamOverlap}).ok()) << "a team was booked twice";
}

void Mobilizer::ReleaseArrived(const Incident& incident) {
  for (const Assignment& assignment : Out(incident, {dispatch::v1::ASSIGNMENT_STATE_ON_SCENE})) {
    dispatch::v1::ReleaseAssignmentRequest request;
    request.set_id(assignment.id());
    request.set_expected_version(assignment.version());
    actor_.Do<Assignment>(request).IgnoreError();
  }
}

void Mobilizer::Close(const Incident& incident) {
  dispatch::v1::CloseIncidentRequest request;
  request.set_id(incident.id());
  request.set_expected_version(incident.version());
  actor_.Do<dispatch::v1::CloseIncidentResponse>(request).IgnoreError();
}

}  // namespace muster::testing
