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
      {"CreateOrganization Organization.blacklisted_until_time", {}, "output only"},
      {"UpdateOrganization Organization.blacklisted_until_time", {}, "output only"},
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
      {"ReviewOrganizationRequest.reason", kGivenText, "free text; a suspension needs one"},

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

      // Members and availability.
      {"CreateMember Member.organization_id", {"empty"}, "the manager's own"},
      {"ImportBatch Member.team_ids", {"no elements", "twice"}, "in no team"},
      {"CreateMember Member.team_ids", kList, "in no team"},
      {"UpdateMember Member.team_ids", kList, "in no team"},
      {"Member.name", kGivenText, "free text"},
      {"Member.id_number", {"empty"}, "optional"},
      {"Member.skills", kList, "none told"},
      {"CreateMember Member.district_path", {"empty"}, "its organization's"},
      {"DeclareAvailabilityRequest.windows", {"no elements"}, "always free"},
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
      {"ListOrganizationsRequest.district_path", {}, "a filter"},
      {"ListOrganizationsRequest.kind", {"unspecified"}, "every kind"},
      {"ListOrganizationsRequest.state", {"unspecified"}, "every state"},
      {"ListTeamsRequest.organization_id", {}, "a filter"},
      {"ListTeamsRequest.district_path", {}, "a filter"},
      {"ListTeamsRequest.capability", {"empty"}, "every capability"},
      {"ListMembersRequest.organization_id", {}, "a filter"},
      {"ListMembersRequest.team_id", {}, "a filter"},
      {"ListMembersRequest.phone", {"empty"}, "every phone"},

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
      {"ImportBatch Organization.blacklisted_until_time", {"absent"}, "not blacklisted"},
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
  BadInputRun run(LegalInputs(),
                  {"ListOrganizationsRequest", "ListTeamsRequest", "ListMembersRequest", "ListImportsRequest"});
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

/// Who may not see the first organization: they get what they would get for an id that does not exist.
TEST(RegistryBadInputTest, WhatAnotherOrganizationOwnsIsNotFound) {
  RegistryWorld world;
  StoreDump dump(world.database());
  std::string reply;
  int not_found = 0;
  for (const GoodCall& call : world.GoodCalls()) {
    const bool has_object = !call.method.starts_with("List") || call.method == "ListAvailability";
    if (!has_object || call.method == "CreateOrganization" || call.method == "ImportBatch") {
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
