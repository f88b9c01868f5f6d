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
  for (const char* path :
       {"name", "leader_member_id", "headcount", "base_position", "current_position", "travel_mode", "turnout_minutes",
        "range_km", "works_remotely", "languages", "capabilities", "district_path", "suspended", "external_refs"}) {
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
  return request;
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
  pb::ListImportsRequest imports;
  imports.set_page_size(10);
  return {
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
      {"UploadPart", manager, Made(this, &RegistryWorld::LastPart)},
      {"StartImport", manager, Made(this, &RegistryWorld::ImportStart)},
      {"GetImport", manager, Of<pb::GetImportRequest>(NewImport())},
      {"ListImports", manager, Always(imports)},
      {"CancelImport", manager, Made(this, &RegistryWorld::Cancelling)},
      {"ImportBatch", officer, Made(this, &RegistryWorld::Batch)},
  };
}

}  // namespace muster::registry
