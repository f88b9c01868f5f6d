#pragma once

#include <string>

#include "tests/support/wire.h"
#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {

/// Two organizations of two districts, each with a manager and a team, and what is done with people.
class PeopleFixture : public RegistryFixture {
 protected:
  PeopleFixture() {
    organization_ = MakeOrganization();
    other_ = MakeOrganization("other", "53320500MJ50900329", "3205/320508");
    team_ = CreateTeam("manager", SampleTeam(organization_.id())).value();
    callers_["gusu officer"] = {AccountId("gusu officer"), {Role::kCivilAffairsOfficer}, "3205/320508", {}, {}};
    callers_["street"] = {AccountId("street"), {Role::kStreetOperator}, "3205/320583/320583100", {}, {}};
    callers_["kunshan street"] = {AccountId("kunshan street"), {Role::kStreetOperator}, "3205/320583", {}, {}};
    callers_["zhang"] = {AccountId("zhang"), {Role::kMember}, "", {}, {}};
    callers_["li"] = {AccountId("li"), {Role::kMember}, "", {}, {}};
  }

  /// Sends a change with a request_id of its own.
  template <class Response, class Request>
  absl::StatusOr<Response> Change(const std::string& token, const std::string& method, Request request) {
    request.set_request_id(NewRequestId());
    return Invoke<Response>(token, method, request);
  }

  pb::Member SampleMember(const std::string& phone = "19900000001") {
    pb::Member member;
    member.set_name("李小龙");
    member.set_phone(phone);
    member.set_id_number("11010519491231002X");
    member.set_district_path("3205/320583");
    *member.add_consents() = DispatchConsent();
    return member;
  }
  absl::StatusOr<pb::Member> Create(const std::string& token, const pb::Member& member) {
    pb::CreateMemberRequest request;
    *request.mutable_member() = member;
    return Change<pb::Member>(token, "CreateMember", request);
  }
  absl::StatusOr<pb::Member> Register(const std::string& token, const pb::Member& member) {
    pb::RegisterVolunteerRequest request;
    *request.mutable_member() = member;
    return Change<pb::Member>(token, "RegisterVolunteer", request);
  }
  absl::StatusOr<pb::Member> Get(const std::string& token, const std::string& id) {
    pb::GetMemberRequest request;
    request.set_id(id);
    return Invoke<pb::Member>(token, "GetMember", request);
  }
  absl::StatusOr<pb::Member> RecordConsent(const std::string& token, const pb::Member& member,
                                           const pb::Consent& consent) {
    pb::RecordConsentRequest request;
    request.set_member_id(member.id());
    *request.mutable_consent() = consent;
    request.set_expected_version(member.version());
    return Change<pb::Member>(token, "RecordConsent", request);
  }
  absl::StatusOr<pb::Member> WithdrawConsent(const std::string& token, const pb::Member& member,
                                             const std::string& purpose = "dispatch") {
    pb::WithdrawConsentRequest request;
    request.set_member_id(member.id());
    request.set_purpose(purpose);
    request.set_expected_version(member.version());
    return Change<pb::Member>(token, "WithdrawConsent", request);
  }
  absl::StatusOr<pb::UnmaskMemberResponse> Unmask(const std::string& token, const std::string& id,
                                                  const std::string& request_id = NewRequestId()) {
    pb::UnmaskMemberRequest request;
    request.set_request_id(request_id);
    request.set_member_id(id);
    request.set_purpose("电话通知集合");
    request.add_fields("name");
    request.add_fields("phone");
    return Invoke<pb::UnmaskMemberResponse>(token, "UnmaskMember", request);
  }
  absl::StatusOr<pb::Member> Erase(const std::string& token, const pb::Member& member) {
    pb::EraseMemberRequest request;
    request.set_id(member.id());
    request.set_reason("本人要求");
    request.set_expected_version(member.version());
    return Change<pb::Member>(token, "EraseMember", request);
  }

  absl::StatusOr<pb::Membership> Join(const std::string& token, const std::string& team_id,
                                      const std::string& member_id) {
    pb::JoinTeamRequest request;
    request.set_team_id(team_id);
    request.set_member_id(member_id);
    return Change<pb::Membership>(token, "JoinTeam", request);
  }
  absl::StatusOr<pb::Membership> Invite(const std::string& token, const std::string& team_id,
                                        const std::string& phone) {
    pb::JoinTeamRequest request;
    request.set_team_id(team_id);
    request.set_phone(phone);
    request.set_id_number("11010519491231002x");
    return Change<pb::Membership>(token, "JoinTeam", request);
  }
  absl::StatusOr<pb::Membership> Answer(const std::string& token, const pb::Membership& membership,
                                        bool accept = true) {
    pb::AnswerMembershipRequest request;
    request.set_id(membership.id());
    request.set_accept(accept);
    request.set_reason(accept ? "" : "人手已够");
    request.set_expected_version(membership.version());
    return Change<pb::Membership>(token, "AnswerMembership", request);
  }
  absl::StatusOr<pb::Member> Leave(const std::string& token, const pb::Member& member, const std::string& team_id) {
    pb::LeaveTeamRequest request;
    request.set_team_id(team_id);
    request.set_member_id(member.id());
    request.set_reason("搬家");
    request.set_expected_version(member.version());
    return Change<pb::Member>(token, "LeaveTeam", request);
  }

  absl::StatusOr<pb::Application> Apply(const std::string& token, const std::string& drive_id,
                                        const std::string& member_id) {
    pb::ApplyToRecruitmentRequest request;
    request.set_recruitment_id(drive_id);
    request.set_member_id(member_id);
    return Change<pb::Application>(token, "ApplyToRecruitment", request);
  }
  absl::StatusOr<pb::Application> Review(const std::string& token, const pb::Application& application,
                                         bool accept = true) {
    pb::ReviewApplicationRequest request;
    request.set_id(application.id());
    request.set_accept(accept);
    request.set_reason(accept ? "" : "时间不合");
    request.set_expected_version(application.version());
    return Change<pb::Application>(token, "ReviewApplication", request);
  }
  absl::StatusOr<pb::Application> TakeBack(const std::string& token, const pb::Application& application) {
    pb::WithdrawApplicationRequest request;
    request.set_id(application.id());
    request.set_expected_version(application.version());
    return Change<pb::Application>(token, "WithdrawApplication", request);
  }
  absl::StatusOr<pb::Recruitment> GetDrive(const std::string& token, const std::string& id) {
    pb::GetRecruitmentRequest request;
    request.set_id(id);
    return Invoke<pb::Recruitment>(token, "GetRecruitment", request);
  }

  absl::StatusOr<pb::Certificate> RecordCertificate(const std::string& token, const pb::Certificate& certificate) {
    pb::RecordCertificateRequest request;
    *request.mutable_certificate() = certificate;
    return Change<pb::Certificate>(token, "RecordCertificate", request);
  }
  pb::Certificate SampleCertificate(const std::string& member_id) {
    pb::Certificate certificate;
    certificate.set_member_id(member_id);
    certificate.set_capability("elder_care");
    certificate.set_level(2);
    certificate.set_issuer("苏州市人社局");
    certificate.set_number("SZ-2026-001234");
    *certificate.mutable_valid_until_time() = muster::testing::ToTimestamp(clock_.Now() + std::chrono::hours(9000));
    return certificate;
  }

  /// Everything that stands in events, audit rows and kept replies' keys in clear.
  std::string Told() {
    std::string told;
    for (const char* sql : {"SELECT note FROM audit", "SELECT object_id FROM audit", "SELECT data FROM outbox"}) {
      EXPECT_OK(database_->Query(
          storage::Read{sql, {}, [&](const storage::Row& row) { told += std::string(row.Text(0)) + "\n"; }}));
    }
    return told;
  }

  pb::Organization organization_;
  pb::Organization other_;
  pb::Team team_;
};

}  // namespace muster::registry
