// Every field of every method, spoilt in every way.

#include <gtest/gtest.h>

#include "tests/unit/registry/registry_world.h"

namespace muster::registry {
namespace {

using muster::testing::BadInputRun;
using muster::testing::GoodCall;
using muster::testing::HasReason;
using muster::testing::kAnyText;
using muster::testing::kGivenText;
using muster::testing::LegalInput;
using muster::testing::RenewRequestId;
using muster::testing::StoreDump;

/// A list that may have no elements, and in which a repetition does no harm.
const std::vector<std::string> kList{"no elements", "twice"};

std::vector<LegalInput> LegalInputs() {
  return {
      // What the system fills in is not looked at.
      {"CreateOrganization Organization.id", {}, "made by the system"},
      {"Organization.version", {}, "counted by the system"},
      {"Organization.create_time", {}, "the system's clock"},
      {"Organization.update_time", {}, "the system's clock"},
      {"Organization.state", {}, "changes by ReviewOrganization alone"},
      {"ImportBatch Organization.blacklisted_until_time", {"absent"}, "not blacklisted"},
      {"CreateOrganization Organization.blacklisted_until_time", {}, "output only"},
      {"UpdateOrganization Organization.blacklisted_until_time", {}, "output only"},
      {"RequestOrganizationChange Organization.blacklisted_until_time", {}, "output only"},
      {"Organization.blacklist_reason", {}, "output only"},
      {"Organization.inspections", {}, "output only"},
      {"Organization.merged_into_id", {}, "output only"},
      {"RequestOrganizationChange Organization.address", {}, "not in the mask"},
      {"RequestOrganizationChange Organization.position", {}, "not in the mask"},
      {"RequestOrganizationChange Organization.contact_name", {}, "not in the mask"},
      {"RequestOrganizationChange Organization.contact_phone", {}, "not in the mask"},
      {"RequestOrganizationChange Organization.external_refs", {}, "not in the mask"},
      {"RequestOrganizationChange Organization.help_offered", {}, "not in the mask"},
      {"RequestOrganizationChange Organization.party_branch", {}, "not in the mask"},
      {"RequestOrganizationChange Organization.credit_code_reason", {}, "not in the mask"},
      {"CreateTeam Team.id", {}, "made by the system"},
      {"Team.version", {}, "counted by the system"},
      {"Team.create_time", {}, "the system's clock"},
      {"Team.update_time", {}, "the system's clock"},
      {"UpdateTeam Team.organization_id", {}, "a team stays where it is"},
      {"CreateMember Member.id", {}, "made by the system"},
      {"Member.version", {}, "counted by the system"},
      {"Member.create_time", {}, "the system's clock"},
      {"Member.update_time", {}, "the system's clock"},
      {"UpdateMember Member.organization_id", {}, "a member stays where they are"},
      {"Availability.create_time", {}, "the system's clock"},

      // Organizations.
      {"Organization.name", kGivenText, "free text"},
      {"Organization.address", kAnyText, "free text"},
      {"Organization.filing_office", kAnyText, "free text; needed by filed groups only"},
      {"Organization.filing_number", kAnyText, "free text; needed by filed groups only"},
      {"Organization.contact_name", kAnyText, "free text"},
      {"Organization.contact_phone", {"empty"}, "a contact may have no phone"},
      {"Organization.position", {"absent"}, "the centre of its district stands for it"},
      {"Organization.registration_end_time", {"absent"}, "open-ended"},
      {"Organization.rating", {"zero"}, "not rated"},
      {"Organization.rating_end_time", {"absent"}, "not limited"},
      {"Organization.external_refs", kList, "names elsewhere"},
      {"CreateOrganization Organization.kind", {"unspecified"}, "its credit code tells it"},
      {"Organization.supervisor", kAnyText, "free text"},
      {"Organization.help_offered", kList, "none told"},
      {"Organization.party_branch", kAnyText, "free text"},
      {"Organization.fundraising_number", kGivenText, "free text; needed with its term"},
      {"Organization.credit_code_reason", kAnyText, "free text; needed where the check fails only"},
      {"ReviewOrganizationRequest.reason", kGivenText, "free text; a suspension needs one"},
      {"BlacklistOrganizationRequest.until_time", {"absent"}, "lifts what is there"},
      {"BlacklistOrganizationRequest.reason", kGivenText, "free text"},
      {"Inspection.note", kAnyText, "free text"},
      {"RequestOrganizationChangeRequest.reason", kGivenText, "free text"},
      {"ReviewOrganizationChangeRequest.reason", kAnyText, "free text; a refusal needs one"},
      {"DismissDuplicateRequest.reason", kGivenText, "free text"},
      {"MergeOrganizationsRequest.reason", kGivenText, "free text"},

      // Teams.
      {"Team.name", kGivenText, "free text"},
      {"CreateTeam Team.leader_member_id", {"empty"}, "none yet"},
      {"UpdateTeam Team.leader_member_id", {"empty"}, "none any more"},
      {"Team.base_position", {"absent"}, "where its organization is"},
      {"Team.current_position", {"absent"}, "not known"},
      {"Team.travel_mode", {"unspecified"}, "by car"},
      {"Team.turnout_minutes", {"zero"}, "at once"},
      {"Team.range_km", {"zero"}, "anywhere"},
      {"Team.languages", kList, "none told"},
      {"Team.capabilities", kList, "none yet; a renewed certificate stands beside the old one"},
      {"TeamCapability.valid_from_time", {"absent"}, "from now on"},
      {"CreateTeam Team.district_path", {"empty"}, "its organization's"},
      {"Team.suspended", {"absent"}, "never"},
      {"Team.external_refs", kList, "names elsewhere"},

      {"Team.equipment", {"no elements"}, "brings nothing"},
      {"TeamEquipment.note", kAnyText, "free text"},
      {"Team.limits", {"absent"}, "no limits"},
      {"StandingLimits.codes", {"no elements"}, "none of the list"},
      {"StandingLimits.text", kAnyText, "free text"},
      {"StandingLimits.max_hours_per_day", {"zero"}, "not limited"},
      {"Team.partner_organization_ids", {}, "change by AnswerPartner alone"},
      {"Team.invited_organization_ids", {}, "change by InvitePartner alone"},

      // Positions, partners, readiness and capacity.
      {"ReportPositionRequest.expected_version", {"zero"}, "any version"},
      {"InvitePartnerRequest.organization_id", {"absent id", "foreign id"}, "whether it exists is not told"},
      {"DeclareReadinessRequest.expire_time", {"absent"}, "as the setting says"},
      {"DeclareCapacityRequest.incident_id", {"absent id", "foreign id"}, "an incident is dispatch's"},
      {"DeclareCapacityRequest.people", {"zero"}, "equipment alone"},
      {"DeclareCapacityRequest.equipment", {"no elements"}, "people alone"},
      {"DeclareCapacityRequest.expire_time", {"absent"}, "the end of the window"},
      {"ListReadinessRequest.organization_id", {}, "a filter"},
      {"ListReadinessRequest.district_path", {"empty"}, "every district"},
      {"ListCapacityRequest.incident_id", {}, "a filter"},
      {"ListCapacityRequest.organization_id", {}, "a filter"},
      {"ListCapacityRequest.district_path", {"empty"}, "every district"},
      {"ListRemindersRequest.organization_id", {}, "a filter"},
      {"ListRemindersRequest.district_path", {"empty"}, "every district"},
      {"ListRemindersRequest.kind", {"unspecified"}, "every kind"},

      // Members and availability.
      {"CreateMember Member.organization_id", {"empty"}, "the manager's own"},
      {"ImportBatch Member.team_ids", {"no elements", "twice"}, "in no team"},
      {"CreateMember Member.team_ids", kList, "in no team"},
      {"UpdateMember Member.team_ids", kList, "in no team"},
      {"Member.name", kGivenText, "free text"},
      {"Member.id_number", {"empty"}, "optional"},
      {"Member.skills", kList, "none told"},
      {"CreateMember Member.district_path", {"empty"}, "its organization's"},
      {"Member.birth_date", {"empty"}, "the identity number tells it"},
      {"Member.guardian_name", kAnyText, "of age"},
      {"Member.guardian_phone", {"empty"}, "of age"},
      {"Member.guardian_consent_time", {"absent"}, "of age"},
      {"Member.insurance", {"absent"}, "none told"},
      {"Insurance.insurer", kAnyText, "free text"},
      {"Insurance.policy_number", kAnyText, "free text"},
      {"Insurance.cover", {"absent"}, "not told"},
      {"UpdateMember Member.consents", {}, "changes by RecordConsent and WithdrawConsent alone"},
      {"ImportBatch Member.consents", {"no elements"}, "to be recorded later"},
      {"RegisterVolunteer Member.consents", {"no elements"}, "to be recorded later"},
      {"Consent.text_version", kGivenText, "another office's numbering"},
      {"Consent.withdrawn_time", {}, "changes by WithdrawConsent alone"},
      {"Member.account_id", {}, "output only"},
      {"Member.erase_time", {}, "output only"},
      {"RegisterVolunteer Member.id", {}, "made by the system"},
      {"RegisterVolunteer Member.organization_id", {"empty"}, "of no organization"},
      {"RegisterVolunteer Member.team_ids", {"no elements"}, "in no team"},
      {"EraseMemberRequest.reason", kGivenText, "free text"},
      {"UnmaskMemberRequest.purpose", kGivenText, "free text"},
      {"UnmaskMemberRequest.fields", {"twice"}, "shown once"},
      {"WithdrawApplicationRequest.reason", kAnyText, "free text"},

      // Certificates.
      {"Certificate.id", {}, "made by the system"},
      {"Certificate.version", {}, "counted by the system"},
      {"Certificate.create_time", {}, "the system's clock"},
      {"Certificate.update_time", {}, "the system's clock"},
      {"Certificate.state", {}, "changes by VerifyCertificate and RevokeCertificate alone"},
      {"Certificate.revoke_reason", {}, "output only"},
      {"Certificate.team_id", {"empty"}, "a person holds it"},
      {"Certificate.capability", {"empty"}, "another qualification"},
      {"Certificate.qualification", kAnyText, "free text; needed without a capability only"},
      {"Certificate.issuer", kGivenText, "free text"},
      {"Certificate.number", kAnyText, "free text"},
      {"Certificate.scan_upload_id", {}, "looked at by nobody here"},
      {"Certificate.valid_from_time", {"absent"}, "from now on"},
      {"RevokeCertificateRequest.reason", kGivenText, "free text"},

      // Teams across organizations, and drives.
      {"JoinTeamRequest.team_id", {"foreign id"}, "a person may ask to be in a team of any organization", true},
      {"JoinTeamRequest.phone", {"empty"}, "named by id"},
      {"JoinTeamRequest.id_number", {"empty"}, "named by id"},
      {"AnswerMembershipRequest.reason", kAnyText, "free text; a no needs one"},
      {"LeaveTeamRequest.reason", kAnyText, "free text"},
      {"CreateRecruitment Recruitment.id", {}, "made by the system"},
      {"Recruitment.version", {}, "counted by the system"},
      {"Recruitment.create_time", {}, "the system's clock"},
      {"Recruitment.update_time", {}, "the system's clock"},
      {"Recruitment.filled", {}, "counted by the system"},
      {"Recruitment.state", {}, "changes by CloseRecruitment alone"},
      {"CreateRecruitment Recruitment.organization_id", {"empty"}, "the manager's own"},
      {"UpdateRecruitment Recruitment.organization_id", {}, "a drive stays whose it is"},
      {"CreateRecruitment Recruitment.district_path", {"empty"}, "its organization's"},
      {"UpdateRecruitment Recruitment.district_path", {}, "a drive stays where it is"},
      {"LocalizedText.zh", kGivenText, "free text"},
      {"LocalizedText.en", kGivenText, "free text"},
      {"Recruitment.capability", {"empty"}, "none in particular"},
      {"Recruitment.screening", kAnyText, "free text"},
      {"CloseRecruitmentRequest.reason", kGivenText, "free text"},
      {"ReviewApplicationRequest.reason", kAnyText, "free text; a no needs one"},
      {"DeclareAvailabilityRequest.windows", {"no elements"}, "always free"},
      {"DeclareAvailabilityRequest.weekly", kList, "windows alone"},
      {"WeeklyTime.start_minute", {"zero"}, "midnight"},
      {"WeeklyTime.valid_from_time", {"absent"}, "from now on"},
      {"WeeklyTime.valid_until_time", {"absent"}, "until it is declared anew"},
      {"DeclareAvailabilityRequest.blackout_days", {"no elements"}, "none"},
      {"CheckEligibilityRequest.lowest_level", {"zero"}, "any level"},
      {"CheckEligibilityRequest.place", {"unspecified"}, "on site"},

      // Positions and references.
      {"Position.latitude", {"zero", "negative"}, "on the earth"},
      {"Position.longitude", {"zero", "negative"}, "on the earth"},
      {"Position.coordinate_system", {"unspecified"}, "WGS-84"},
      {"Position.accuracy_m", {"zero"}, "not known"},
      {"Position.time", {"absent"}, "a fixed place"},
      {"ExternalReference.system", kGivenText, "another system's text"},
      {"ExternalReference.id", kGivenText, "another system's text"},
      {"FieldMask.paths", {"twice", "many"}, "a field that is named twice is changed once"},

      // Lists: a filter that nothing fits gives an empty page, also for what the caller may not see.
      {"ListOrganizationsRequest.district_path", {"empty"}, "every district"},
      {"ListOrganizationsRequest.kind", {"unspecified"}, "every kind"},
      {"ListOrganizationsRequest.state", {"unspecified"}, "every state"},
      {"ListOrganizationChangesRequest.organization_id", {}, "a filter"},
      {"ListOrganizationChangesRequest.state", {"unspecified"}, "every state"},
      {"ListDuplicatesRequest.district_path", {"empty"}, "every district"},
      {"ListTeamsRequest.organization_id", {}, "a filter"},
      {"ListTeamsRequest.district_path", {"empty"}, "every district"},
      {"ListOrganizationsRequest.text", {"empty", "SQL"}, "free text; one emoji is too broad"},
      {"ListOrganizationsRequest.lowest_level", {"zero"}, "every level"},
      {"ListTeamsRequest.text", {"empty", "SQL"}, "free text; one emoji is too broad"},
      {"ListTeamsRequest.lowest_level", {"zero"}, "every level"},
      {"ListTeamsRequest.organization_kind", {"unspecified"}, "every kind"},
      {"ListMembersRequest.organization_id", {}, "a filter"},
      {"ListMembersRequest.team_id", {}, "a filter"},
      {"ListMembersRequest.phone", {"empty"}, "every phone"},
      {"ListMembersRequest.name", {"empty", "SQL", "emoji"}, "a name like any other"},
      {"ListMembersRequest.id_number", {"empty"}, "every number"},
      {"ListCertificatesRequest.member_id", {}, "a filter"},
      {"ListCertificatesRequest.team_id", {}, "a filter"},
      {"ListCertificatesRequest.state", {"unspecified"}, "every state"},
      {"ListMembershipsRequest.team_id", {}, "a filter"},
      {"ListMembershipsRequest.member_id", {}, "a filter"},
      {"ListMembershipsRequest.state", {"unspecified"}, "every state"},
      {"ListRecruitmentsRequest.district_path", {"empty"}, "every district"},
      {"ListRecruitmentsRequest.organization_id", {}, "a filter"},
      {"ListRecruitmentsRequest.state", {"unspecified"}, "every state"},
      {"ListApplicationsRequest.recruitment_id", {}, "a filter"},
      {"ListApplicationsRequest.member_id", {}, "a filter"},
      {"ListApplicationsRequest.state", {"unspecified"}, "every state"},

      // Files and their import.
      {"StartImportRequest.format", {"unspecified"}, "found out"},
      {"StartImportRequest.encoding", {"unspecified"}, "found out"},
      {"StartImportRequest.mode", {"unspecified"}, "all or nothing"},
      {"StartImportRequest.columns", kList, "every heading is known"},
      {"ImportColumn.column", kGivenText, "a heading that the file may have"},
      {"StartImportRequest.coordinate_system", {"unspecified"}, "WGS-84"},

      // An import brings its own ids.
      {"ImportBatch Organization.id", {"absent id"}, "a new row"},
      {"ImportBatch Team.id", {"absent id"}, "a new row"},
      {"ImportBatch Member.id", {"absent id"}, "a new row"},
      {"ImportBatch Availability.id", {"absent id"}, "a new row"},
      {"ImportBatch Team.leader_member_id", {}, "the people follow in a later batch"},
      {"ImportBatchRequest.organizations", {"no elements"}, "none to store"},
      {"ImportBatchRequest.teams", {"no elements"}, "none to store"},
      {"ImportBatchRequest.members", {"no elements"}, "none to store"},
      {"ImportBatchRequest.availabilities", {"no elements"}, "none to store"},
      {"ImportBatchRequest.source", kAnyText, "free text"},
  };
}

BadInputRun::Send SenderTo(RegistryWorld& world) {
  return [&world](const GoodCall& call, const google::protobuf::Message& request, std::string* reply) {
    return world.Send(call.method, call.caller, request, reply);
  };
}

TEST(RegistryBadInputTest, EveryMethodIsInTheTable) {
  muster::testing::ExpectEveryMethod(RegistryWorld().GoodCalls(),
                                     *pb::Team::descriptor()->file()->FindServiceByName("RegistryService"),
                                     {"StreamTeams", "ExportRegistry"});
}

TEST(RegistryBadInputTest, EveryBadInputIsRefusedAndChangesNothing) {
  BadInputRun run(LegalInputs(), {"ListOrganizationsRequest", "ListTeamsRequest", "ListMembersRequest",
                                  "GetOrganizationHistoryRequest", "ListOrganizationChangesRequest",
                                  "ListDuplicatesRequest", "ListReadinessRequest", "ListCapacityRequest",
                                  "ListRemindersRequest", "ListCertificatesRequest", "ListImportsRequest",
                                  "ListMembershipsRequest", "ListRecruitmentsRequest", "ListApplicationsRequest"});
  const size_t methods = RegistryWorld().GoodCalls().size();
  for (size_t i = 0; i < methods; ++i) {
    RegistryWorld world;
    StoreDump dump(world.database());
    const GoodCall call = world.GoodCalls()[i];
    // An import gives ids to rows: what it may join is tried below.
    const bool is_import = call.method == "ImportBatch";
    run.Try(call, SenderTo(world), dump, is_import ? std::vector<std::string>() : world.foreign_ids());
    // Leaders that follow in a later batch, or never, are for Verify to find.
    EXPECT_TRUE(is_import || world.Violations().empty()) << call.method;
  }
  run.ExpectEveryRowUsed();
  RecordProperty("sent", run.sent());
  RecordProperty("refused", run.refused());
}

/// What is public may be seen, and is refused by its own words.
bool IsOfADriveThatIsOpen(const std::string& method) {
  return method == "GetRecruitment" || method == "UpdateRecruitment" || method == "CloseRecruitment";
}

/// Who may not see the first organization: they get what they would get for an id that does not exist.
TEST(RegistryBadInputTest, WhatAnotherOrganizationOwnsIsNotFound) {
  RegistryWorld world;
  StoreDump dump(world.database());
  std::string reply;
  int not_found = 0;
  for (const GoodCall& call : world.GoodCalls()) {
    const bool has_object = !call.method.starts_with("List") || call.method == "ListAvailability";
    if (!has_object || call.method == "CreateOrganization" || call.method == "ImportBatch" ||
        call.method == "GetRequirementSheet" || call.method == "RegisterVolunteer" ||
        IsOfADriveThatIsOpen(call.method)) {
      continue;
    }
    for (const std::string caller : {"other manager", "gusu officer"}) {
      SCOPED_TRACE(call.method + " by the " + caller);
      const auto request = call.request();
      RenewRequestId(*request);
      const std::string before = dump.Take();
      const absl::Status status = world.Send(call.method, caller, *request, &reply);
      const bool may =
          security::Authorize(world.PrincipalOf(caller), "muster.registry.v1.RegistryService." + call.method).ok();
      EXPECT_THAT(status, HasReason(may ? Reason::kNotFound : Reason::kForbidden));
      EXPECT_EQ(StoreDump::FirstDifference(before, dump.Take()), "");
      not_found += may ? 1 : 0;
    }
  }
  EXPECT_GT(not_found, 20);
}

TEST(RegistryBadInputTest, AnImportMayNotJoinWhatLiesInAnotherDistrict) {
  RegistryWorld world;
  StoreDump dump(world.database());
  std::string reply;
  const GoodCall call = world.GoodCalls().back();
  ASSERT_EQ(call.method, "ImportBatch");
  for (const std::string& id : world.foreign_ids()) {
    const auto good = [&] { return static_cast<pb::ImportBatchRequest&>(*call.request()); };
    std::vector<pb::ImportBatchRequest> batches(4, good());
    batches[0].mutable_teams(0)->set_organization_id(id);
    batches[1].mutable_members(0)->set_organization_id(id);
    batches[2].mutable_members(0)->set_team_ids(0, id);
    batches[3].mutable_availabilities(0)->set_team_id(id);
    const std::string before = dump.Take();
    for (pb::ImportBatchRequest& batch : batches) {
      RenewRequestId(batch);
      EXPECT_THAT(world.Send(call.method, call.caller, batch, &reply), HasReason(Reason::kUnknownReference)) << id;
    }
    EXPECT_EQ(StoreDump::FirstDifference(before, dump.Take()), "");
  }
}

TEST(RegistryBadInputTest, AnImportMayNotRepeatWhatIsRegistered) {
  RegistryWorld world;
  StoreDump dump(world.database());
  std::string reply;
  const GoodCall call = world.GoodCalls().back();
  ASSERT_EQ(call.method, "ImportBatch");
  const auto send = [&](pb::ImportBatchRequest& request) {
    RenewRequestId(request);
    return world.Send(call.method, call.caller, request, &reply);
  };
  const auto next = [&] { return static_cast<pb::ImportBatchRequest&>(*call.request()); };
  pb::ImportBatchRequest first = next();
  ASSERT_OK(send(first));
  const std::string before = dump.Take();

  pb::ImportBatchRequest taken = next();
  taken.mutable_organizations(0)->set_credit_code(first.organizations(0).credit_code());
  absl::Status status = send(taken);
  EXPECT_THAT(status, HasReason(Reason::kDuplicate));
  EXPECT_EQ(GetErrorInfo(status).field, "organizations[0]");

  pb::ImportBatchRequest filed = next();
  filed.mutable_organizations(0)->set_filing_number(first.organizations(0).filing_number());
  status = send(filed);
  EXPECT_THAT(status, HasReason(Reason::kDuplicate));
  EXPECT_EQ(GetErrorInfo(status).field, "organizations[0]");
  EXPECT_EQ(StoreDump::FirstDifference(before, dump.Take()), "");
}

}  // namespace
}  // namespace muster::registry
