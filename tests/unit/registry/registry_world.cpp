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
  member.set_phone("19900000001");
  member.set_id_number("11010519491231002X");
  member.add_skills("elder_care");
  member.set_district_path("3205/320583");
  return member;
}

std::string RegistryWorld::MakeMember(const std::string& manager, const std::string& organization_id) {
  pb::CreateMemberRequest request;
  request.set_request_id(NewRequestId());
  request.mutable_member()->set_organization_id(organization_id);
  request.mutable_member()->set_name("李小龙");
  request.mutable_member()->set_phone("19900000001");
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
      {"member", "SELECT version FROM member WHERE id = $1"}};
  int64_t version = 0;
  EXPECT_OK(
      database_->Query(storage::Read{queries.at(table), {id}, [&](const storage::Row& row) { version = row.Int(0); }}));
  return version;
}

pb::UpdateOrganizationRequest RegistryWorld::OrganizationUpdate() {
  pb::UpdateOrganizationRequest request;
  *request.mutable_organization() = FullOrganization();
  request.mutable_organization()->set_id(organization_id_);
  for (const char* path :
       {"name", "kind", "credit_code", "filing_office", "filing_number", "district_path", "address", "position",
        "registration_end_time", "rating", "rating_end_time", "contact_name", "contact_phone", "external_refs"}) {
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
  for (const char* path : {"name", "phone", "id_number", "team_ids", "skills", "district_path"}) {
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

std::vector<GoodCall> RegistryWorld::GoodCalls() {
  const std::string officer = "kunshan officer";
  const std::string manager = "manager";
  pb::ListOrganizationsRequest organizations;
  organizations.set_district_path("3205/320583");
  organizations.set_kind(pb::ORGANIZATION_KIND_SERVICE_AGENCY);
  organizations.set_state(pb::ORGANIZATION_STATE_APPROVED);
  organizations.set_page_size(10);
  pb::ListTeamsRequest teams;
  teams.set_organization_id(organization_id_);
  teams.set_district_path("3205/320583");
  teams.set_capability("psychological_support");
  teams.set_page_size(10);
  pb::ListMembersRequest members;
  members.set_organization_id(organization_id_);
  members.set_team_id(team_id_);
  members.set_phone("19900000001");
  members.set_page_size(10);
  std::vector<GoodCall> calls = ReadinessCalls();
  std::vector<GoodCall> first{
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
      {"ImportBatch", officer, Made(this, &RegistryWorld::Batch)},
  };
  calls.insert(calls.end(), first.begin(), first.end());
  return calls;
}

}  // namespace muster::registry
