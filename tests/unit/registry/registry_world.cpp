#include "tests/unit/registry/registry_world.h"

#include <utility>

#include "tests/support/wire.h"

namespace muster::registry {
namespace {

using google::protobuf::Message;
using muster::testing::AddReference;
using muster::testing::Always;
using muster::testing::GoodCall;
using muster::testing::PositionAt;
using muster::testing::ToTimestamp;

/// A request that a method of the world makes.
template <class Request>
std::function<std::unique_ptr<Message>()> Made(RegistryWorld* world, Request (RegistryWorld::*make)()) {
  return [world, make] { return std::make_unique<Request>((world->*make)()); };
}

/// A request with an id.
template <class Request>
std::function<std::unique_ptr<Message>()> Of(const std::string& id) {
  Request request;
  if constexpr (requires { request.set_team_id(id); }) {
    request.set_team_id(id);
  } else {
    request.set_id(id);
  }
  return Always(request);
}

}  // namespace

google::protobuf::Timestamp RegistryWorld::In(int hours) {
  return ToTimestamp(clock_.Now() + std::chrono::hours(hours));
}

common::v1::Window RegistryWorld::WindowIn(int from_hours, int until_hours) {
  common::v1::Window window;
  *window.mutable_start_time() = In(from_hours);
  *window.mutable_end_time() = In(until_hours);
  return window;
}

pb::Organization RegistryWorld::FullOrganization() {
  pb::Organization organization = SampleOrganization();
  organization.set_credit_code(NextCreditCode());
  organization.set_filing_office("玉山镇");
  organization.set_filing_number("F-" + std::to_string(numbers_));
  organization.set_address("人民路 1 号");
  *organization.mutable_position() = PositionAt(In(-1));
  *organization.mutable_registration_end_time() = In(9000);
  organization.set_rating(3);
  *organization.mutable_rating_end_time() = In(9000);
  AddReference(*organization.mutable_external_refs());
  organization.set_supervisor("昆山市民政局");
  organization.add_help_offered("elder_care");
  organization.set_party_branch("晨曦党支部");
  organization.set_fundraising_number("募-" + std::to_string(numbers_));
  *organization.mutable_fundraising_valid() = WindowIn(-100, 9000);
  organization.set_credit_code_reason("as on the certificate");
  return organization;
}

pb::Team RegistryWorld::FullTeam() {
  pb::Team team = SampleTeam(organization_id_);
  team.set_leader_member_id(member_id_);
  *team.mutable_base_position() = PositionAt(In(-1));
  *team.mutable_current_position() = PositionAt(In(-1));
  team.set_travel_mode(pb::TRAVEL_MODE_VAN);
  team.set_turnout_minutes(15);
  team.set_range_km(50);
  team.add_languages("zh-CN");
  *team.mutable_capabilities(0)->mutable_valid_from_time() = In(-100);
  team.set_district_path("3205/320583");
  *team.mutable_suspended() = WindowIn(1000, 1100);
  AddReference(*team.mutable_external_refs());
  pb::TeamEquipment& boats = *team.add_equipment();
  boats.set_kind("boat");
  boats.set_count(2);
  boats.set_note("with outboard motor");
  team.mutable_limits()->add_codes("no_night");
  team.mutable_limits()->set_text("not without the leader");
  team.mutable_limits()->set_max_hours_per_day(8);
  return team;
}

pb::Member RegistryWorld::FullMember() {
  pb::Member member;
  member.set_organization_id(organization_id_);
  member.add_team_ids(team_id_);
  member.set_name("李小龙");
  member.set_phone(NextPhone());
  member.set_id_number("11010519491231002X");
  member.add_skills("elder_care");
  member.set_district_path("3205/320583");
  member.set_birth_date("1949-12-31");
  member.set_guardian_name("李国豪");
  member.set_guardian_phone("19900000002");
  *member.mutable_guardian_consent_time() = In(-100);
  member.mutable_insurance()->set_insurer("中国人保");
  member.mutable_insurance()->set_policy_number("PICC-2026-1");
  *member.mutable_insurance()->mutable_cover() = WindowIn(-100, 9000);
  *member.add_consents() = DispatchConsent();
  return member;
}

std::string RegistryWorld::MakeMember(const std::string& manager, const std::string& organization_id) {
  pb::CreateMemberRequest request;
  request.set_request_id(NewRequestId());
  request.mutable_member()->set_organization_id(organization_id);
  request.mutable_member()->set_name("李小龙");
  request.mutable_member()->set_phone("19900000001");
  *request.mutable_member()->add_consents() = DispatchConsent();
  const auto member = Invoke<pb::Member>(manager, "CreateMember", request);
  EXPECT_OK(member);
  return member.value_or(pb::Member()).id();
}

std::string RegistryWorld::MakeTeam(const std::string& manager, const std::string& organization_id) {
  const auto team = CreateTeam(manager, SampleTeam(organization_id));
  EXPECT_OK(team);
  return team.value_or(pb::Team()).id();
}

int64_t RegistryWorld::VersionOf(const std::string& table, const std::string& id) {
  static const std::map<std::string, std::string_view> queries{
      {"organization", "SELECT version FROM organization WHERE id = $1"},
      {"team", "SELECT version FROM team WHERE id = $1"},
      {"member", "SELECT version FROM member WHERE id = $1"},
      {"recruitment", "SELECT version FROM recruitment WHERE id = $1"}};
  int64_t version = 0;
  EXPECT_OK(
      database_->Query(storage::Read{queries.at(table), {id}, [&](const storage::Row& row) { version = row.Int(0); }}));
  return version;
}

pb::UpdateOrganizationRequest RegistryWorld::OrganizationUpdate() {
  pb::UpdateOrganizationRequest request;
  *request.mutable_organization() = FullOrganization();
  request.mutable_organization()->set_id(organization_id_);
  for (const char* path : {"name",
                           "kind",
                           "credit_code",
                           "filing_office",
                           "filing_number",
                           "district_path",
                           "address",
                           "position",
                           "registration_end_time",
                           "rating",
                           "rating_end_time",
                           "contact_name",
                           "contact_phone",
                           "external_refs",
                           "supervisor",
                           "help_offered",
                           "party_branch",
                           "fundraising_number",
                           "fundraising_valid",
                           "credit_code_reason"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  request.set_expected_version(VersionOf("organization", organization_id_));
  return request;
}

pb::UpdateTeamRequest RegistryWorld::TeamUpdate() {
  pb::UpdateTeamRequest request;
  *request.mutable_team() = FullTeam();
  request.mutable_team()->set_id(team_id_);
  for (const char* path : {"name", "leader_member_id", "headcount", "base_position", "current_position", "travel_mode",
                           "turnout_minutes", "range_km", "works_remotely", "languages", "capabilities",
                           "district_path", "suspended", "external_refs", "equipment", "limits"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  request.set_expected_version(VersionOf("team", team_id_));
  return request;
}

pb::UpdateMemberRequest RegistryWorld::MemberUpdate() {
  pb::UpdateMemberRequest request;
  *request.mutable_member() = FullMember();
  request.mutable_member()->set_id(member_id_);
  for (const char* path : {"name", "phone", "id_number", "team_ids", "skills", "district_path", "birth_date",
                           "guardian_name", "guardian_phone", "guardian_consent_time", "insurance"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  request.set_expected_version(VersionOf("member", member_id_));
  return request;
}

/// Of an organization that nothing else uses.
pb::ReviewOrganizationRequest RegistryWorld::Review() {
  pb::ReviewOrganizationRequest request;
  const auto organization = CreateOrganization("officer", FullOrganization());
  EXPECT_OK(organization);
  request.set_id(organization->id());
  request.set_state(pb::ORGANIZATION_STATE_SUSPENDED);
  request.set_reason("投诉待核实");
  request.set_expected_version(1);
  return request;
}

pb::Organization RegistryWorld::Draft() {
  const auto draft = CreateOrganization("newcomer", FullOrganization());
  EXPECT_OK(draft);
  Appoint("drafter", draft->id());
  return *draft;
}

pb::SubmitOrganizationRequest RegistryWorld::Submission() {
  pb::SubmitOrganizationRequest request;
  request.set_id(Draft().id());
  request.set_expected_version(1);
  return request;
}

pb::BlacklistOrganizationRequest RegistryWorld::Blacklisting() {
  pb::BlacklistOrganizationRequest request;
  request.set_id(organization_id_);
  *request.mutable_until_time() = In(1000);
  request.set_reason("未报送年度报告");
  request.set_expected_version(VersionOf("organization", organization_id_));
  return request;
}

pb::RecordInspectionRequest RegistryWorld::Inspecting() {
  pb::RecordInspectionRequest request;
  request.set_id(organization_id_);
  pb::Inspection& inspection = *request.mutable_inspection();
  inspection.set_year(2025);
  inspection.set_kind(pb::INSPECTION_KIND_ANNUAL);
  inspection.set_result(pb::INSPECTION_RESULT_PASSED);
  *inspection.mutable_date_time() = In(-1);
  inspection.set_note("账目清楚");
  request.set_expected_version(VersionOf("organization", organization_id_));
  return request;
}

void RegistryWorld::RefuseOpenChange() {
  pb::ListOrganizationChangesRequest list;
  list.set_organization_id(organization_id_);
  list.set_state(pb::ORGANIZATION_CHANGE_STATE_OPEN);
  const auto open = Invoke<pb::ListOrganizationChangesResponse>("officer", "ListOrganizationChanges", list);
  ASSERT_OK(open);
  for (const pb::OrganizationChange& change : open->changes()) {
    pb::ReviewOrganizationChangeRequest review;
    review.set_request_id(NewRequestId());
    review.set_id(change.id());
    review.set_state(pb::ORGANIZATION_CHANGE_STATE_REFUSED);
    review.set_reason("another comes");
    review.set_expected_version(change.version());
    EXPECT_OK(Invoke<pb::OrganizationChange>("officer", "ReviewOrganizationChange", review));
  }
}

pb::RequestOrganizationChangeRequest RegistryWorld::ChangeRequest() {
  RefuseOpenChange();
  pb::RequestOrganizationChangeRequest request;
  *request.mutable_organization() = FullOrganization();
  request.mutable_organization()->set_id(organization_id_);
  for (const char* path :
       {"name", "kind", "credit_code", "filing_office", "filing_number", "district_path", "registration_end_time",
        "rating", "rating_end_time", "supervisor", "fundraising_number", "fundraising_valid"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  request.set_reason("换发登记证书");
  request.set_expected_version(VersionOf("organization", organization_id_));
  return request;
}

pb::OrganizationChange RegistryWorld::OpenChange() {
  pb::RequestOrganizationChangeRequest request = ChangeRequest();
  request.set_request_id(NewRequestId());
  const auto change = Invoke<pb::OrganizationChange>("manager", "RequestOrganizationChange", request);
  EXPECT_OK(change);
  return change.value_or(pb::OrganizationChange());
}

pb::ReviewOrganizationChangeRequest RegistryWorld::ChangeReview() {
  pb::ReviewOrganizationChangeRequest request;
  request.set_id(OpenChange().id());
  request.set_state(pb::ORGANIZATION_CHANGE_STATE_APPROVED);
  request.set_reason("证书已核对");
  request.set_expected_version(1);
  return request;
}

pb::WithdrawOrganizationChangeRequest RegistryWorld::ChangeWithdrawal() {
  pb::WithdrawOrganizationChangeRequest request;
  request.set_id(OpenChange().id());
  request.set_expected_version(1);
  return request;
}

std::string RegistryWorld::MakeAnother() {
  const auto organization = CreateOrganization("officer", FullOrganization());
  EXPECT_OK(organization);
  return organization.value_or(pb::Organization()).id();
}

pb::DismissDuplicateRequest RegistryWorld::Dismissing() {
  pb::DismissDuplicateRequest request;
  request.set_first_id(MakeAnother());
  request.set_second_id(MakeAnother());
  request.set_reason("两地各有一家");
  return request;
}

pb::MergeOrganizationsRequest RegistryWorld::Merging() {
  pb::MergeOrganizationsRequest request;
  request.set_survivor_id(MakeAnother());
  request.set_expected_version(1);
  request.set_merged_id(MakeAnother());
  request.set_merged_expected_version(1);
  request.set_reason("重复登记");
  return request;
}

pb::DisbandTeamRequest RegistryWorld::Disbanding() {
  pb::DisbandTeamRequest request;
  request.set_id(MakeTeam("manager", organization_id_));
  request.set_expected_version(1);
  return request;
}

pb::DeclareAvailabilityRequest RegistryWorld::Declaration() {
  pb::DeclareAvailabilityRequest request;
  request.set_team_id(team_id_);
  *request.add_windows() = WindowIn(1, 10);
  pb::WeeklyTime& weekly = *request.add_weekly();
  weekly.add_weekdays(pb::WEEKDAY_SATURDAY);
  weekly.set_start_minute(480);
  weekly.set_end_minute(1200);
  *weekly.mutable_valid_from_time() = In(1);
  *weekly.mutable_valid_until_time() = In(1000);
  request.add_blackout_days("2026-10-01");
  return request;
}

pb::ReportPositionRequest RegistryWorld::PositionReport() {
  pb::ReportPositionRequest request;
  request.set_team_id(team_id_);
  *request.mutable_position() = PositionAt(In(-1));
  request.set_expected_version(VersionOf("team", team_id_));
  return request;
}

/// Of an organization that was not asked yet.
pb::InvitePartnerRequest RegistryWorld::Invitation() {
  pb::InvitePartnerRequest request;
  request.set_team_id(MakeTeam("manager", organization_id_));
  request.set_organization_id(MakeOrganization("third manager", NextCreditCode(), "3205/320508").id());
  request.set_expected_version(1);
  return request;
}

/// The team's own side takes an invitation back.
pb::AnswerPartnerRequest RegistryWorld::Answer() {
  pb::InvitePartnerRequest invitation = Invitation();
  invitation.set_request_id(NewRequestId());
  EXPECT_OK(Invoke<pb::Team>("manager", "InvitePartner", invitation));
  pb::AnswerPartnerRequest request;
  request.set_team_id(invitation.team_id());
  request.set_organization_id(invitation.organization_id());
  request.set_expected_version(2);
  return request;
}

pb::DeclareReadinessRequest RegistryWorld::ReadinessDeclaration() {
  pb::DeclareReadinessRequest request;
  request.set_subject_kind(pb::SUBJECT_KIND_TEAM);
  request.set_subject_id(team_id_);
  request.set_people(pb::READINESS_LEVEL_READY);
  request.set_equipment(pb::READINESS_LEVEL_CAN_CONTRIBUTE);
  request.set_funds(pb::READINESS_LEVEL_NO_CAPACITY);
  *request.mutable_expire_time() = In(48);
  return request;
}

pb::DeclareCapacityRequest RegistryWorld::CapacityDeclaration() {
  pb::DeclareCapacityRequest request;
  request.set_subject_kind(pb::SUBJECT_KIND_TEAM);
  request.set_subject_id(team_id_);
  request.set_incident_id(NewRequestId());
  request.set_people(30);
  pb::TeamEquipment& vans = *request.add_equipment();
  vans.set_kind("van");
  vans.set_count(2);
  vans.set_note("with driver");
  *request.mutable_window() = WindowIn(1, 10);
  *request.mutable_expire_time() = In(5);
  return request;
}

pb::WithdrawCapacityRequest RegistryWorld::CapacityWithdrawal() {
  pb::DeclareCapacityRequest declaration = CapacityDeclaration();
  declaration.set_request_id(NewRequestId());
  const auto capacity = Invoke<pb::Capacity>("manager", "DeclareCapacity", declaration);
  EXPECT_OK(capacity);
  pb::WithdrawCapacityRequest request;
  request.set_id(capacity.value_or(pb::Capacity()).id());
  request.set_expected_version(1);
  return request;
}

std::vector<GoodCall> RegistryWorld::ReadinessCalls() {
  const std::string manager = "manager";
  pb::ListReadinessRequest readiness;
  readiness.set_organization_id(organization_id_);
  readiness.set_district_path("3205/320583");
  readiness.set_page_size(10);
  pb::ListCapacityRequest capacity;
  capacity.set_incident_id(NewRequestId());
  capacity.set_organization_id(organization_id_);
  capacity.set_district_path("3205/320583");
  capacity.set_page_size(10);
  pb::ListRemindersRequest reminders;
  reminders.set_organization_id(organization_id_);
  reminders.set_district_path("3205/320583");
  reminders.set_kind(pb::REMINDER_KIND_RATING);
  reminders.set_page_size(10);
  pb::GetRequirementSheetRequest sheet;
  sheet.set_capability("water");
  sheet.set_level(2);
  return {
      {"ReportPosition", manager, Made(this, &RegistryWorld::PositionReport)},
      {"InvitePartner", manager, Made(this, &RegistryWorld::Invitation)},
      {"AnswerPartner", manager, Made(this, &RegistryWorld::Answer)},
      {"DeclareReadiness", manager, Made(this, &RegistryWorld::ReadinessDeclaration)},
      {"ListReadiness", manager, Always(readiness)},
      {"DeclareCapacity", manager, Made(this, &RegistryWorld::CapacityDeclaration)},
      {"WithdrawCapacity", manager, Made(this, &RegistryWorld::CapacityWithdrawal)},
      {"ListCapacity", manager, Always(capacity)},
      {"ListReminders", manager, Always(reminders)},
      {"GetRequirementSheet", manager, Always(sheet)},
  };
}

pb::CheckEligibilityRequest RegistryWorld::Question() {
  pb::CheckEligibilityRequest request;
  request.set_team_id(team_id_);
  request.set_capability("psychological_support");
  request.set_lowest_level(3);
  *request.mutable_window() = WindowIn(1, 10);
  request.set_place(common::v1::PLACE_REMOTE);
  return request;
}

pb::ImportBatchRequest RegistryWorld::Batch() {
  pb::ImportBatchRequest request;
  pb::Organization& organization = *request.add_organizations();
  organization = FullOrganization();
  organization.set_id(NewRequestId());
  *organization.mutable_blacklisted_until_time() = In(50);
  pb::Team& team = *request.add_teams();
  team = FullTeam();
  team.set_id(NewRequestId());
  pb::Member& member = *request.add_members();
  member = FullMember();
  member.set_id(NewRequestId());
  pb::Availability& availability = *request.add_availabilities();
  availability.set_id(NewRequestId());
  availability.set_team_id(team_id_);
  *availability.mutable_window() = WindowIn(1, 10);
  request.set_source("the district's list");
  return request;
}

/// A person of the organization whom nothing else uses.
std::string RegistryWorld::NewMember(const std::string& team_id) {
  pb::CreateMemberRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_member() = FullMember();
  request.mutable_member()->clear_team_ids();
  if (!team_id.empty()) {
    request.mutable_member()->add_team_ids(team_id);
  }
  const auto member = Invoke<pb::Member>("manager", "CreateMember", request);
  EXPECT_OK(member);
  return member.value_or(pb::Member()).id();
}

pb::Certificate RegistryWorld::FullCertificate() {
  pb::Certificate certificate;
  certificate.set_member_id(member_id_);
  certificate.set_capability("elder_care");
  certificate.set_level(2);
  certificate.set_qualification("养老护理员三级");
  certificate.set_issuer("苏州市人社局");
  certificate.set_number("SZ-2026-001234");
  certificate.set_scan_upload_id(NewRequestId());
  *certificate.mutable_valid_from_time() = In(-100);
  *certificate.mutable_valid_until_time() = In(9000);
  return certificate;
}

/// Not vouched for yet.
std::string RegistryWorld::NewCertificate() {
  pb::RecordCertificateRequest request = Certifying();
  request.set_request_id(NewRequestId());
  const auto certificate = Invoke<pb::Certificate>("manager", "RecordCertificate", request);
  EXPECT_OK(certificate);
  return certificate.value_or(pb::Certificate()).id();
}

std::string RegistryWorld::NewDrive() {
  pb::Recruitment drive = SampleRecruitment(organization_id_);
  drive.set_places(500);
  const auto made = CreateRecruitment("manager", drive);
  EXPECT_OK(made);
  return made.value_or(pb::Recruitment()).id();
}

std::string RegistryWorld::NewApplication() {
  pb::ApplyToRecruitmentRequest request = Applying();
  request.set_request_id(NewRequestId());
  const auto application = Invoke<pb::Application>("manager", "ApplyToRecruitment", request);
  EXPECT_OK(application);
  return application.value_or(pb::Application()).id();
}

pb::RegisterVolunteerRequest RegistryWorld::Volunteer() {
  pb::RegisterVolunteerRequest request;
  *request.mutable_member() = FullMember();
  request.mutable_member()->clear_organization_id();
  request.mutable_member()->clear_team_ids();
  return request;
}

pb::EraseMemberRequest RegistryWorld::Erasing() {
  pb::EraseMemberRequest request;
  request.set_id(NewMember());
  request.set_reason("本人要求");
  request.set_expected_version(1);
  return request;
}

pb::UnmaskMemberRequest RegistryWorld::Unmasking() {
  pb::UnmaskMemberRequest request;
  request.set_member_id(member_id_);
  request.set_purpose("电话通知集合");
  request.add_fields("name");
  return request;
}

pb::RecordConsentRequest RegistryWorld::Consenting() {
  pb::RecordConsentRequest request;
  request.set_member_id(member_id_);
  *request.mutable_consent() = DispatchConsent();
  request.mutable_consent()->set_purpose("training");
  request.set_expected_version(VersionOf("member", member_id_));
  return request;
}

pb::WithdrawConsentRequest RegistryWorld::Withdrawing() {
  pb::WithdrawConsentRequest request;
  request.set_member_id(NewMember(team_id_));
  request.set_purpose("dispatch");
  request.set_expected_version(1);
  return request;
}

pb::RecordCertificateRequest RegistryWorld::Certifying() {
  pb::RecordCertificateRequest request;
  *request.mutable_certificate() = FullCertificate();
  return request;
}

pb::VerifyCertificateRequest RegistryWorld::Vouching() {
  pb::VerifyCertificateRequest request;
  request.set_id(NewCertificate());
  request.set_expected_version(1);
  return request;
}

pb::RevokeCertificateRequest RegistryWorld::Revoking() {
  pb::RevokeCertificateRequest request;
  request.set_id(NewCertificate());
  request.set_reason("已过期");
  request.set_expected_version(1);
  return request;
}

pb::JoinTeamRequest RegistryWorld::Joining() {
  pb::JoinTeamRequest request;
  request.set_team_id(team_id_);
  request.set_member_id(NewMember());
  return request;
}

/// Of a volunteer with an account, who has asked to be in the team.
pb::AnswerMembershipRequest RegistryWorld::Answering() {
  const std::string account = "volunteer " + std::to_string(++numbers_);
  callers_[account] = {AccountId(account), {Role::kMember}, "", {}, {}};
  pb::RegisterVolunteerRequest volunteer = Volunteer();
  volunteer.set_request_id(NewRequestId());
  const auto member = Invoke<pb::Member>(account, "RegisterVolunteer", volunteer);
  EXPECT_OK(member);
  pb::JoinTeamRequest asking;
  asking.set_request_id(NewRequestId());
  asking.set_team_id(team_id_);
  asking.set_member_id(member->id());
  const auto membership = Invoke<pb::Membership>(account, "JoinTeam", asking);
  EXPECT_OK(membership);
  pb::AnswerMembershipRequest request;
  request.set_id(membership->id());
  request.set_accept(true);
  request.set_reason("欢迎");
  request.set_expected_version(1);
  return request;
}

pb::LeaveTeamRequest RegistryWorld::Leaving() {
  pb::LeaveTeamRequest request;
  request.set_team_id(team_id_);
  request.set_member_id(NewMember(team_id_));
  request.set_reason("工作调动");
  request.set_expected_version(1);
  return request;
}

pb::CreateRecruitmentRequest RegistryWorld::Recruiting() {
  pb::CreateRecruitmentRequest request;
  *request.mutable_recruitment() = SampleRecruitment(organization_id_);
  return request;
}

pb::UpdateRecruitmentRequest RegistryWorld::RecruitmentUpdate() {
  pb::UpdateRecruitmentRequest request;
  *request.mutable_recruitment() = SampleRecruitment(organization_id_);
  request.mutable_recruitment()->set_id(drive_id_);
  for (const char* path : {"title", "capability", "places", "window", "screening"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  request.set_expected_version(VersionOf("recruitment", drive_id_));
  return request;
}

pb::CloseRecruitmentRequest RegistryWorld::Closing() {
  pb::CloseRecruitmentRequest request;
  request.set_id(NewDrive());
  request.set_reason("人已招满");
  request.set_expected_version(1);
  return request;
}

pb::ApplyToRecruitmentRequest RegistryWorld::Applying() {
  pb::ApplyToRecruitmentRequest request;
  request.set_recruitment_id(drive_id_);
  request.set_member_id(NewMember());
  return request;
}

pb::ReviewApplicationRequest RegistryWorld::Reviewing() {
  pb::ReviewApplicationRequest request;
  request.set_id(NewApplication());
  request.set_accept(true);
  request.set_reason("符合条件");
  request.set_expected_version(1);
  return request;
}

pb::WithdrawApplicationRequest RegistryWorld::TakingBack() {
  pb::WithdrawApplicationRequest request;
  request.set_id(NewApplication());
  request.set_reason("生病");
  request.set_expected_version(1);
  return request;
}

void RegistryWorld::AddPeopleCalls(std::vector<GoodCall>& calls) {
  const std::string officer = "kunshan officer";
  const std::string manager = "manager";
  pb::ListCertificatesRequest certificates;
  certificates.set_member_id(member_id_);
  certificates.set_state(pb::CERTIFICATE_STATE_VERIFIED);
  certificates.set_page_size(10);
  pb::ListMembershipsRequest memberships;
  memberships.set_team_id(team_id_);
  memberships.set_member_id(member_id_);
  memberships.set_state(pb::MEMBERSHIP_STATE_ASKED);
  memberships.set_page_size(10);
  pb::ListRecruitmentsRequest drives;
  drives.set_district_path("3205/320583");
  drives.set_organization_id(organization_id_);
  drives.set_state(pb::RECRUITMENT_STATE_OPEN);
  drives.set_page_size(10);
  pb::ListApplicationsRequest applications;
  applications.set_recruitment_id(drive_id_);
  applications.set_member_id(member_id_);
  applications.set_state(pb::APPLICATION_STATE_APPLIED);
  applications.set_page_size(10);
  const std::vector<GoodCall> more{
      {"RegisterVolunteer", officer, Made(this, &RegistryWorld::Volunteer)},
      {"UnmaskMember", manager, Made(this, &RegistryWorld::Unmasking)},
      {"EraseMember", officer, Made(this, &RegistryWorld::Erasing)},
      {"RecordConsent", manager, Made(this, &RegistryWorld::Consenting)},
      {"WithdrawConsent", manager, Made(this, &RegistryWorld::Withdrawing)},
      {"RecordCertificate", manager, Made(this, &RegistryWorld::Certifying)},
      {"VerifyCertificate", officer, Made(this, &RegistryWorld::Vouching)},
      {"RevokeCertificate", manager, Made(this, &RegistryWorld::Revoking)},
      {"ListCertificates", manager, Always(certificates)},
      {"JoinTeam", manager, Made(this, &RegistryWorld::Joining)},
      {"AnswerMembership", manager, Made(this, &RegistryWorld::Answering)},
      {"LeaveTeam", manager, Made(this, &RegistryWorld::Leaving)},
      {"ListMemberships", manager, Always(memberships)},
      {"CreateRecruitment", manager, Made(this, &RegistryWorld::Recruiting)},
      {"GetRecruitment", manager, Of<pb::GetRecruitmentRequest>(drive_id_)},
      {"ListRecruitments", manager, Always(drives)},
      {"UpdateRecruitment", manager, Made(this, &RegistryWorld::RecruitmentUpdate)},
      {"CloseRecruitment", manager, Made(this, &RegistryWorld::Closing)},
      {"ApplyToRecruitment", manager, Made(this, &RegistryWorld::Applying)},
      {"ReviewApplication", manager, Made(this, &RegistryWorld::Reviewing)},
      {"WithdrawApplication", manager, Made(this, &RegistryWorld::TakingBack)},
      {"ListApplications", manager, Always(applications)},
  };
  calls.insert(calls.end(), more.begin(), more.end());
}

std::string RegistryWorld::NewUpload(bool complete) {
  pb::UploadPartRequest request;
  request.set_request_id(NewRequestId());
  request.set_content("队伍名称,人数\n");
  request.set_last(complete);
  const auto part = Invoke<pb::UploadPartResponse>("manager", "UploadPart", request);
  EXPECT_OK(part);
  return part.value_or(pb::UploadPartResponse()).upload_id();
}

pb::UploadPartRequest RegistryWorld::LastPart() {
  pb::UploadPartRequest request;
  request.set_upload_id(NewUpload(false));
  request.set_number(1);
  request.set_content("一队,8\n");
  request.set_last(true);
  return request;
}

pb::StartImportRequest RegistryWorld::ImportStart() {
  // Those of before come to their end: an account may have a few at a time.
  while (service_->StepImport(clock_.Now()) == Duration::zero()) {
  }
  pb::StartImportRequest request;
  request.set_upload_id(NewUpload(true));
  request.set_what(pb::SHEET_CONTENT_TEAMS);
  request.set_format(pb::SHEET_FORMAT_CSV);
  request.set_encoding(pb::SHEET_ENCODING_UTF8);
  request.set_mode(pb::IMPORT_MODE_GOOD_ROWS);
  request.set_dry_run(true);
  request.set_coordinate_system(common::v1::COORDINATE_SYSTEM_GCJ02);
  auto& column = *request.add_columns();
  column.set_column("人数");
  column.set_field("headcount");
  return request;
}

std::string RegistryWorld::NewImport() {
  pb::StartImportRequest request = ImportStart();
  request.set_request_id(NewRequestId());
  const auto started = Invoke<pb::Import>("manager", "StartImport", request);
  EXPECT_OK(started);
  return started.value_or(pb::Import()).id();
}

pb::CancelImportRequest RegistryWorld::Cancelling() {
  pb::StartImportRequest start = ImportStart();
  start.set_request_id(NewRequestId());
  const auto started = Invoke<pb::Import>("manager", "StartImport", start);
  EXPECT_OK(started);
  pb::CancelImportRequest request;
  request.set_id(started.value_or(pb::Import()).id());
  return request;
}

std::vector<GoodCall> RegistryWorld::GoodCalls() {
  const std::string officer = "kunshan officer";
  const std::string manager = "manager";
  pb::ListOrganizationsRequest organizations;
  organizations.set_district_path("3205/320583");
  organizations.set_kind(pb::ORGANIZATION_KIND_SERVICE_AGENCY);
  organizations.set_state(pb::ORGANIZATION_STATE_APPROVED);
  organizations.set_page_size(10);
  organizations.set_text("晨曦");
  organizations.set_capability("psychological_support");
  organizations.set_lowest_level(3);
  organizations.mutable_near()->set_latitude(31.3);
  organizations.mutable_near()->set_longitude(120.9);
  organizations.set_radius_km(50);
  pb::GetOrganizationHistoryRequest history;
  history.set_id(organization_id_);
  history.set_page_size(10);
  pb::ListOrganizationChangesRequest changes;
  changes.set_organization_id(organization_id_);
  changes.set_state(pb::ORGANIZATION_CHANGE_STATE_OPEN);
  changes.set_page_size(10);
  pb::ListDuplicatesRequest duplicates;
  duplicates.set_district_path("3205/320583");
  duplicates.set_page_size(10);
  pb::ListTeamsRequest teams;
  teams.set_organization_id(organization_id_);
  teams.set_district_path("3205/320583");
  teams.set_capability("psychological_support");
  teams.set_page_size(10);
  teams.set_text("心理");
  teams.set_lowest_level(3);
  teams.set_usable(true);
  *teams.mutable_near() = organizations.near();
  teams.set_radius_km(50);
  teams.set_works_remotely(true);
  teams.set_organization_kind(pb::ORGANIZATION_KIND_SERVICE_AGENCY);
  pb::ListMembersRequest members;
  members.set_organization_id(organization_id_);
  members.set_team_id(team_id_);
  members.set_phone("19900000001");
  members.set_page_size(10);
  members.set_name("张三");
  members.set_id_number("11010519491231002X");
  pb::ListImportsRequest imports;
  imports.set_page_size(10);
  std::vector<GoodCall> calls{
      {"CreateOrganization", officer,
       [this] {
         auto request = std::make_unique<pb::CreateOrganizationRequest>();
         *request->mutable_organization() = FullOrganization();
         return request;
       }},
      {"GetOrganization", manager, Of<pb::GetOrganizationRequest>(organization_id_)},
      {"ListOrganizations", manager, Always(organizations)},
      {"UpdateOrganization", officer, Made(this, &RegistryWorld::OrganizationUpdate)},
      {"ReviewOrganization", officer, Made(this, &RegistryWorld::Review)},
      {"SubmitOrganization", "drafter", Made(this, &RegistryWorld::Submission)},
      {"BlacklistOrganization", officer, Made(this, &RegistryWorld::Blacklisting)},
      {"RecordInspection", officer, Made(this, &RegistryWorld::Inspecting)},
      {"GetOrganizationHistory", manager, Always(history)},
      {"RequestOrganizationChange", manager, Made(this, &RegistryWorld::ChangeRequest)},
      {"ReviewOrganizationChange", officer, Made(this, &RegistryWorld::ChangeReview)},
      {"WithdrawOrganizationChange", manager, Made(this, &RegistryWorld::ChangeWithdrawal)},
      {"ListOrganizationChanges", manager, Always(changes)},
      {"ListDuplicates", officer, Always(duplicates)},
      {"DismissDuplicate", officer, Made(this, &RegistryWorld::Dismissing)},
      {"MergeOrganizations", officer, Made(this, &RegistryWorld::Merging)},
      {"CreateTeam", officer,
       [this] {
         auto request = std::make_unique<pb::CreateTeamRequest>();
         *request->mutable_team() = FullTeam();
         return request;
       }},
      {"GetTeam", manager, Of<pb::GetTeamRequest>(team_id_)},
      {"ListTeams", manager, Always(teams)},
      {"UpdateTeam", officer, Made(this, &RegistryWorld::TeamUpdate)},
      {"DisbandTeam", manager, Made(this, &RegistryWorld::Disbanding)},
      {"CreateMember", manager,
       [this] {
         auto request = std::make_unique<pb::CreateMemberRequest>();
         *request->mutable_member() = FullMember();
         return request;
       }},
      {"GetMember", manager, Of<pb::GetMemberRequest>(member_id_)},
      {"ListMembers", manager, Always(members)},
      {"UpdateMember", manager, Made(this, &RegistryWorld::MemberUpdate)},
      {"ListCapabilities", manager, Always(pb::ListCapabilitiesRequest())},
      {"DeclareAvailability", manager, Made(this, &RegistryWorld::Declaration)},
      {"ListAvailability", manager, Of<pb::ListAvailabilityRequest>(team_id_)},
      {"CheckEligibility", manager, Made(this, &RegistryWorld::Question)},
      {"UploadPart", manager, Made(this, &RegistryWorld::LastPart)},
      {"StartImport", manager, Made(this, &RegistryWorld::ImportStart)},
      {"GetImport", manager, Of<pb::GetImportRequest>(NewImport())},
      {"ListImports", manager, Always(imports)},
      {"CancelImport", manager, Made(this, &RegistryWorld::Cancelling)},
  };
  std::vector<GoodCall> readiness = ReadinessCalls();
  calls.insert(calls.end(), std::move_iterator(readiness.begin()), std::move_iterator(readiness.end()));
  AddPeopleCalls(calls);
  calls.push_back({"ImportBatch", officer, Made(this, &RegistryWorld::Batch)});
  return calls;
}

}  // namespace muster::registry
