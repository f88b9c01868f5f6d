#include <gmock/gmock.h>

#include "tests/unit/registry/life_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using OrganizationLifeTest = LifeFixture;

std::string FieldOf(const absl::Status& status) { return GetErrorInfo(status).field; }

TEST_F(OrganizationLifeTest, FromDraftToApprovedWithWhoWhenAndWhy) {
  const pb::Organization draft = MakeDraft();
  EXPECT_EQ(draft.state(), pb::ORGANIZATION_STATE_DRAFT);
  const auto submitted = Submit(draft);
  ASSERT_OK(submitted);
  EXPECT_EQ(submitted->state(), pb::ORGANIZATION_STATE_SUBMITTED);
  const auto returned = Review(*submitted, pb::ORGANIZATION_STATE_DRAFT, "证书扫描件不清楚");
  ASSERT_OK(returned);
  const auto again = Submit(*returned);
  ASSERT_OK(again);
  const auto reviewed = Review(*again, pb::ORGANIZATION_STATE_UNDER_REVIEW, "");
  ASSERT_OK(reviewed);
  const auto approved = Review(*reviewed, pb::ORGANIZATION_STATE_APPROVED, "");
  ASSERT_OK(approved);

  const auto history = History("manager", draft.id());
  ASSERT_OK(history);
  std::vector<std::string> steps;
  for (const pb::OrganizationStep& step : history->steps()) {
    steps.push_back(step.action() + " by " + step.actor_id() + " to " + pb::OrganizationState_Name(step.to_state()));
    EXPECT_TRUE(step.has_time());
  }
  EXPECT_THAT(steps, ElementsAre("CreateOrganization by newcomer to ORGANIZATION_STATE_DRAFT",
                                 "SubmitOrganization by manager to ORGANIZATION_STATE_SUBMITTED",
                                 "ReviewOrganization by kunshan to ORGANIZATION_STATE_DRAFT",
                                 "SubmitOrganization by manager to ORGANIZATION_STATE_SUBMITTED",
                                 "ReviewOrganization by kunshan to ORGANIZATION_STATE_UNDER_REVIEW",
                                 "ReviewOrganization by kunshan to ORGANIZATION_STATE_APPROVED"));
  EXPECT_EQ(history->steps(2).from_state(), pb::ORGANIZATION_STATE_SUBMITTED);
  EXPECT_EQ(history->steps(2).reason(), "证书扫描件不清楚");
  EXPECT_EQ(history->steps(5).version(), approved->version());
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(OrganizationLifeTest, WhatIsMissingIsNamedFieldByField) {
  const pb::Organization draft = MakeDraft([](pb::Organization& organization) {
    organization.clear_address();
    organization.clear_contact_phone();
    organization.clear_help_offered();
  });
  const auto refused = Submit(draft);
  EXPECT_THAT(refused, HasReason(Reason::kInvalidField));
  EXPECT_EQ(FieldOf(refused.status()), "organization.address");
  EXPECT_EQ(GetErrorInfo(refused.status()).metadata["missing"], "address, contact_phone, help_offered");
}

TEST_F(OrganizationLifeTest, AUnitThatAsksForHelpNeedsToOfferNone) {
  EXPECT_OK(Submit(MakeDraft([](pb::Organization& organization) {
    organization.set_kind(pb::ORGANIZATION_KIND_REQUESTING_UNIT);
    organization.clear_help_offered();
  })));
}

TEST_F(OrganizationLifeTest, OnlyADraftIsHandedInAndByItsOwnManager) {
  const pb::Organization draft = MakeDraft();
  Appoint("stranger", "01900000-0000-7000-8000-0000000000ff");
  EXPECT_THAT(Submit(draft, "stranger"), HasReason(Reason::kNotFound));
  EXPECT_THAT(Submit(draft, "officer"), HasReason(Reason::kForbidden));
  pb::Organization stale = draft;
  stale.set_version(4);
  EXPECT_THAT(Submit(stale), HasReason(Reason::kVersionConflict));
  const auto submitted = Submit(draft);
  ASSERT_OK(submitted);
  EXPECT_THAT(Submit(*submitted), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(Update("manager", *submitted, {"name"}), HasReason(Reason::kForbidden)) << "an officer looks at it";
}

TEST_F(OrganizationLifeTest, ARepeatedSubmissionHasOneEffect) {
  const pb::Organization draft = MakeDraft();
  pb::SubmitOrganizationRequest request;
  request.set_request_id(NewRequestId());
  const auto first = Send("manager", "SubmitOrganization", request, draft);
  ASSERT_OK(first);
  const auto again = Send("manager", "SubmitOrganization", request, draft);
  ASSERT_OK(again);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(History("manager", draft.id())->steps_size(), 2);
}

TEST_F(OrganizationLifeTest, TheHistoryIsPagedAndForThoseWhoSeeTheOrganization) {
  const pb::Organization draft = MakeDraft();
  ASSERT_OK(Submit(draft));
  const auto first = History("kunshan officer", draft.id(), 1);
  ASSERT_OK(first);
  EXPECT_EQ(first->steps_size(), 1);
  const auto second = History("kunshan officer", draft.id(), 1, first->next_page_token());
  ASSERT_OK(second);
  EXPECT_EQ(second->steps(0).action(), "SubmitOrganization");
  EXPECT_EQ(second->next_page_token(), "");
  Appoint("stranger", "01900000-0000-7000-8000-0000000000ff");
  for (const char* token : {"stranger", "gusu operator", "gusu officer"}) {
    EXPECT_THAT(History(token, draft.id()), HasReason(Reason::kNotFound)) << token;
  }
  EXPECT_OK(History("auditor", draft.id()));
}

TEST_F(OrganizationLifeTest, ABlacklistingReachesTheTeamsAndIsLiftedWithAReason) {
  const pb::Organization made = MakeOrganization();
  const auto team = CreateTeam("manager", SampleTeam(made.id()));
  ASSERT_OK(team);
  const auto barred = Blacklist(made, 1000);
  ASSERT_OK(barred);
  EXPECT_EQ(barred->blacklist_reason(), "假报表");
  EXPECT_TRUE(barred->has_blacklisted_until_time());
  EXPECT_EQ(GetTeam("manager", team->id())->version(), 2);
  pb::TeamEvent event;
  ASSERT_TRUE(event.ParseFromString(Events().back().data()));
  EXPECT_TRUE(event.team().has_blacklisted_until_time());

  EXPECT_THAT(Blacklist(*barred, 0, " "), HasReason(Reason::kInvalidField)) << "lifting needs a reason";
  const auto lifted = Blacklist(*barred, 0, "已整改");
  ASSERT_OK(lifted);
  EXPECT_FALSE(lifted->has_blacklisted_until_time());
  EXPECT_EQ(lifted->blacklist_reason(), "");
  EXPECT_EQ(GetTeam("manager", team->id())->version(), 3);
  EXPECT_EQ(History("officer", made.id())->steps(2).reason(), "已整改");
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(OrganizationLifeTest, ABlacklistingIsAnOfficersAndEndsLater) {
  const pb::Organization made = MakeOrganization();
  EXPECT_THAT(Blacklist(made, 1000, "why", "manager"), HasReason(Reason::kForbidden));
  EXPECT_THAT(Blacklist(made, 1000, "why", "gusu officer"), HasReason(Reason::kNotFound));
  EXPECT_THAT(Blacklist(made, -1), HasReason(Reason::kBadTime));
  EXPECT_EQ(FieldOf(Blacklist(made, 0).status()), "until_time") << "there is nothing to lift";
  pb::Organization stale = made;
  stale.set_version(2);
  EXPECT_THAT(Blacklist(stale, 1000), HasReason(Reason::kVersionConflict));
}

TEST_F(OrganizationLifeTest, InspectionsStandInOrderAndAnAnnualOneOncePerYear) {
  pb::Organization made = MakeOrganization();
  const auto inspect = [&](int year, pb::InspectionKind kind, pb::InspectionResult result) {
    const auto next = Inspect(made, year, kind, result);
    ASSERT_OK(next);
    made = *next;
  };
  inspect(2025, pb::INSPECTION_KIND_ANNUAL, pb::INSPECTION_RESULT_FAILED);
  inspect(2024, pb::INSPECTION_KIND_ANNUAL, pb::INSPECTION_RESULT_PASSED);
  inspect(2025, pb::INSPECTION_KIND_SPOT, pb::INSPECTION_RESULT_BASICALLY_PASSED);
  inspect(2025, pb::INSPECTION_KIND_SPOT, pb::INSPECTION_RESULT_ABNORMAL_LIST);
  inspect(2025, pb::INSPECTION_KIND_ANNUAL, pb::INSPECTION_RESULT_PASSED);
  ASSERT_EQ(made.inspections_size(), 4);
  EXPECT_EQ(made.inspections(0).year(), 2024);
  int annual = 0;
  for (const pb::Inspection& inspection : made.inspections()) {
    annual += inspection.year() == 2025 && inspection.kind() == pb::INSPECTION_KIND_ANNUAL ? 1 : 0;
    EXPECT_NE(inspection.result(), pb::INSPECTION_RESULT_FAILED) << "it was noted anew";
  }
  EXPECT_EQ(annual, 1);
  EXPECT_EQ(Get("manager", made.id())->SerializeAsString(), made.SerializeAsString());
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(OrganizationLifeTest, AnInspectionIsAnOfficersOfAYearThatCanBe) {
  const pb::Organization made = MakeOrganization();
  const auto annual = pb::INSPECTION_KIND_ANNUAL;
  const auto passed = pb::INSPECTION_RESULT_PASSED;
  EXPECT_THAT(Inspect(made, 2025, annual, passed, "manager"), HasReason(Reason::kForbidden));
  EXPECT_THAT(Inspect(made, 2025, annual, passed, "gusu officer"), HasReason(Reason::kNotFound));
  EXPECT_THAT(Inspect(made, 1989, annual, passed), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(Inspect(made, 2100, annual, passed), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(Inspect(made, 2025, annual, pb::INSPECTION_RESULT_UNSPECIFIED), HasReason(Reason::kInvalidField));
  const auto revoked = Review(made, pb::ORGANIZATION_STATE_REVOKED);
  ASSERT_OK(revoked);
  EXPECT_THAT(Inspect(*revoked, 2025, annual, passed), HasReason(Reason::kIllegalTransition));
}

TEST_F(OrganizationLifeTest, AnOfficerOverridesTheCheckOfACodeWithAReasonThatIsKept) {
  pb::Organization sample = SampleOrganization();
  sample.set_credit_code("52320506MJ0000026X");
  const auto refused = CreateOrganization("officer", sample);
  EXPECT_THAT(refused, HasReason(Reason::kInvalidField));
  EXPECT_EQ(FieldOf(refused.status()), "organization.credit_code");
  sample.set_credit_code_reason("证书原件如此");
  EXPECT_THAT(CreateOrganization("newcomer", sample), HasReason(Reason::kInvalidField)) << "a manager does not";
  const auto made = CreateOrganization("officer", sample);
  ASSERT_OK(made);
  EXPECT_EQ(made->credit_code_reason(), "证书原件如此");
  EXPECT_EQ(History("officer", made->id())->steps(0).reason(), "证书原件如此");

  Appoint("manager", made->id());
  pb::Organization changed = *made;
  changed.set_address("和平路 2 号");
  const auto updated = Update("manager", changed, {"address"});
  ASSERT_OK(updated) << "what was accepted is not asked again";
  changed = *updated;
  changed.clear_credit_code_reason();
  EXPECT_THAT(Update("officer", changed, {"credit_code_reason"}), HasReason(Reason::kInvalidField));
  changed.set_credit_code("52320506MJ0000026R");
  const auto fitting = Update("officer", changed, {"credit_code"});
  ASSERT_OK(fitting);
  EXPECT_EQ(fitting->credit_code_reason(), "") << "a fitting code needs none";
  sample.set_credit_code("52320506MJ00000");
  EXPECT_THAT(CreateOrganization("officer", sample), HasReason(Reason::kInvalidField)) << "no reason helps the form";
}

TEST_F(OrganizationLifeTest, TheCodeTellsTheKindAndRefusesAnother) {
  pb::Organization sample = SampleOrganization();
  sample.clear_kind();
  const auto made = CreateOrganization("officer", sample);
  ASSERT_OK(made);
  EXPECT_EQ(made->kind(), pb::ORGANIZATION_KIND_SERVICE_AGENCY);
  pb::Organization other = *made;
  other.set_kind(pb::ORGANIZATION_KIND_FOUNDATION);
  const auto refused = Update("officer", other, {"kind"});
  EXPECT_EQ(FieldOf(refused.status()), "organization.kind");
  EXPECT_EQ(GetErrorInfo(refused.status()).metadata["fitting"], "service_agency");
  other.set_kind(pb::ORGANIZATION_KIND_SOCIAL_WORK_STATION);
  EXPECT_OK(Update("officer", other, {"kind"})) << "a station may be run by an agency";
}

TEST_F(OrganizationLifeTest, KeepsWhatItIsAndOffersWithItsQualification) {
  pb::Organization sample = SampleOrganization();
  sample.set_supervisor(" 昆山市民政局 ");
  sample.add_help_offered("elder_care");
  sample.set_party_branch("晨曦党支部");
  sample.set_fundraising_number("募-7");
  sample.set_district_path("3205/320583/320583101");
  EXPECT_EQ(FieldOf(CreateOrganization("officer", sample).status()), "organization.fundraising_valid");
  *sample.mutable_fundraising_valid()->mutable_start_time() = In(-10);
  *sample.mutable_fundraising_valid()->mutable_end_time() = In(1000);
  const auto made = CreateOrganization("officer", sample);
  ASSERT_OK(made);
  EXPECT_EQ(made->supervisor(), "昆山市民政局");
  EXPECT_EQ(Get("officer", made->id())->SerializeAsString(), made->SerializeAsString());
  Appoint("manager", made->id());
  pb::Organization changed = *made;
  changed.add_help_offered("translation");
  const auto updated = Update("manager", changed, {"help_offered", "party_branch"});
  ASSERT_OK(updated);
  changed = *updated;
  changed.add_help_offered("sorcery");
  EXPECT_EQ(FieldOf(Update("manager", changed, {"help_offered"}).status()), "organization.help_offered[2]");
  EXPECT_THAT(Violations(), IsEmpty());
}

}  // namespace
}  // namespace muster::registry
