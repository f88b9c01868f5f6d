#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/wire.h"
#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {

/// An organization in Kunshan with a team, and a foreign one in Gusu with its manager.
class ReadinessFixture : public RegistryFixture {
 protected:
  ReadinessFixture() : organization_(MakeOrganization()), team_(MakeTeam()) {
    foreign_ = MakeOrganization("foreign manager", "52320506MJ0000034L", "3205/320508");
    Appoint("leader", organization_.id(), Role::kTeamLeader);
    callers_["kunshan operator"] = {AccountId("kunshan desk"), {Role::kDistrictOperator}, "3205/320583", {}, {}};
  }

  pb::Team MakeTeam() {
    const auto team = CreateTeam("manager", SampleTeam(organization_.id()));
    EXPECT_OK(team);
    return team.value_or(pb::Team());
  }
  google::protobuf::Timestamp In(int hours) {
    return muster::testing::ToTimestamp(clock_.Now() + std::chrono::hours(hours));
  }
  common::v1::Window WindowIn(int from_hours, int until_hours) {
    common::v1::Window window;
    *window.mutable_start_time() = In(from_hours);
    *window.mutable_end_time() = In(until_hours);
    return window;
  }

  absl::StatusOr<pb::ReportPositionResponse> Report(const std::string& token, double latitude,
                                                    const google::protobuf::Timestamp& time, int64_t version = 0) {
    pb::ReportPositionRequest request;
    request.set_request_id(NewRequestId());
    request.set_team_id(team_.id());
    request.mutable_position()->set_latitude(latitude);
    request.mutable_position()->set_longitude(120.6);
    request.mutable_position()->set_accuracy_m(15);
    *request.mutable_position()->mutable_time() = time;
    request.set_expected_version(version);
    return Invoke<pb::ReportPositionResponse>(token, "ReportPosition", request);
  }

  absl::StatusOr<pb::Team> Invite(const std::string& token, const std::string& organization_id, int64_t version) {
    pb::InvitePartnerRequest request;
    request.set_request_id(NewRequestId());
    request.set_team_id(team_.id());
    request.set_organization_id(organization_id);
    request.set_expected_version(version);
    return Invoke<pb::Team>(token, "InvitePartner", request);
  }
  absl::StatusOr<pb::Team> Answer(const std::string& token, const std::string& organization_id, bool accept,
                                  int64_t version) {
    pb::AnswerPartnerRequest request;
    request.set_request_id(NewRequestId());
    request.set_team_id(team_.id());
    request.set_organization_id(organization_id);
    request.set_accept(accept);
    request.set_expected_version(version);
    return Invoke<pb::Team>(token, "AnswerPartner", request);
  }

  absl::StatusOr<pb::DeclareAvailabilityResponse> Declare(pb::DeclareAvailabilityRequest request) {
    request.set_request_id(NewRequestId());
    request.set_team_id(team_.id());
    return Invoke<pb::DeclareAvailabilityResponse>("leader", "DeclareAvailability", request);
  }
  bool IsEligible(const common::v1::Window& window) {
    pb::CheckEligibilityRequest request;
    request.set_team_id(team_.id());
    request.set_capability("psychological_support");
    *request.mutable_window() = window;
    const auto reply = Invoke<pb::CheckEligibilityResponse>("officer", "CheckEligibility", request);
    EXPECT_OK(reply);
    return reply.ok() && reply->eligible();
  }

  pb::DeclareReadinessRequest ReadinessOf(pb::SubjectKind kind, const std::string& id) {
    pb::DeclareReadinessRequest request;
    request.set_request_id(NewRequestId());
    request.set_subject_kind(kind);
    request.set_subject_id(id);
    request.set_people(pb::READINESS_LEVEL_READY);
    request.set_equipment(pb::READINESS_LEVEL_CAN_CONTRIBUTE);
    request.set_funds(pb::READINESS_LEVEL_NO_CAPACITY);
    return request;
  }
  std::vector<pb::Readiness> ListReadiness(const std::string& token) {
    const auto reply = Invoke<pb::ListReadinessResponse>(token, "ListReadiness", pb::ListReadinessRequest());
    EXPECT_OK(reply);
    return reply.ok() ? std::vector<pb::Readiness>(reply->readiness().begin(), reply->readiness().end())
                      : std::vector<pb::Readiness>();
  }

  pb::DeclareCapacityRequest CapacityOf(const std::string& team_id) {
    pb::DeclareCapacityRequest request;
    request.set_request_id(NewRequestId());
    request.set_subject_kind(pb::SUBJECT_KIND_TEAM);
    request.set_subject_id(team_id);
    request.set_incident_id(kIncident);
    request.set_people(30);
    pb::TeamEquipment& vans = *request.add_equipment();
    vans.set_kind("van");
    vans.set_count(2);
    *request.mutable_window() = WindowIn(6, 18);
    return request;
  }
  std::vector<pb::Capacity> ListCapacity(const std::string& token, const std::string& incident_id = kIncident) {
    pb::ListCapacityRequest request;
    request.set_incident_id(incident_id);
    const auto reply = Invoke<pb::ListCapacityResponse>(token, "ListCapacity", request);
    EXPECT_OK(reply);
    return reply.ok() ? std::vector<pb::Capacity>(reply->capacities().begin(), reply->capacities().end())
                      : std::vector<pb::Capacity>();
  }

  std::vector<pb::Reminder> ListReminders(const std::string& token) {
    const auto reply = Invoke<pb::ListRemindersResponse>(token, "ListReminders", pb::ListRemindersRequest());
    EXPECT_OK(reply);
    return reply.ok() ? std::vector<pb::Reminder>(reply->reminders().begin(), reply->reminders().end())
                      : std::vector<pb::Reminder>();
  }

  static constexpr char kIncident[] = "01900000-0000-7000-8000-0000000000f1";
  const pb::Organization organization_;
  const pb::Team team_;
  pb::Organization foreign_;
};

}  // namespace muster::registry
