#include "services/registry/core/organization_rules.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/registry/rules_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using namespace testing;  // NOLINT: the fixture's samples

std::string FieldOf(const absl::StatusOr<RegistryChanges>& result) { return GetErrorInfo(result.status()).field; }

absl::StatusOr<RegistryChanges> Create(const Principal& principal, Organization values, Facts facts = {}) {
  return Decide(CreateOrganization{std::move(values)}, facts, ContextOf(principal));
}

Facts Stored(Organization organization, std::vector<TeamProfile> teams = {}) {
  Facts facts;
  facts.organization = std::move(organization);
  facts.teams = std::move(teams);
  return facts;
}

absl::StatusOr<RegistryChanges> Review(const Principal& principal, OrganizationState to, const Facts& facts,
                                       std::string reason = "checked", int64_t version = 3) {
  return Decide(ReviewOrganization{kOrganization, version, to, std::move(reason)}, facts, ContextOf(principal));
}

absl::StatusOr<RegistryChanges> Update(const Principal& principal, const Organization& values,
                                       std::vector<std::string> paths, const Facts& facts) {
  return Decide(UpdateOrganization{kOrganization, 3, values, std::move(paths), 0}, facts, ContextOf(principal));
}

TEST(OrganizationRulesTest, AnOfficersOrganizationIsApprovedAtOnceAndAManagersIsADraft) {
  const auto by_officer = Create(Officer(), SampleOrganization());
  ASSERT_OK(by_officer);
  EXPECT_EQ(by_officer->organizations[0].after.state, OrganizationState::kApproved);
  EXPECT_EQ(by_officer->organizations[0].after.version, 1);
  const auto by_manager = Create(Manager(OrganizationId()), SampleOrganization());
  ASSERT_OK(by_manager);
  EXPECT_EQ(by_manager->organizations[0].after.state, OrganizationState::kDraft);
}

TEST(OrganizationRulesTest, AnOfficerOpensADraftForAManagerToComplete) {
  const auto draft = Decide(CreateOrganization{SampleOrganization(), true}, Facts(), ContextOf(Officer()));
  ASSERT_OK(draft);
  EXPECT_EQ(draft->organizations[0].after.state, OrganizationState::kDraft);
}

TEST(OrganizationRulesTest, AnOfficerCreatesInTheOwnDistrictOnly) {
  EXPECT_THAT(Create(Officer("3205/320508"), SampleOrganization()), HasReason(Reason::kForbidden));
  EXPECT_OK(Create(Officer("3205/320583"), SampleOrganization()));
}

TEST(OrganizationRulesTest, AManagerWhoHasAnOrganizationMakesNoOther) {
  EXPECT_THAT(Create(Manager(), SampleOrganization()), HasReason(Reason::kForbidden));
}

TEST(OrganizationRulesTest, ARegisteredOrganizationNeedsItsCodeAndAFiledGroupItsNumber) {
  Organization organization = SampleOrganization();
  organization.credit_code = "";
  EXPECT_EQ(FieldOf(Create(Officer(), organization)), "organization.credit_code");
  organization.kind = OrganizationKind::kFiledGroup;
  EXPECT_EQ(FieldOf(Create(Officer(), organization)), "organization.filing_office");
  organization.filing_office = "云溪街道办事处";
  EXPECT_EQ(FieldOf(Create(Officer(), organization)), "organization.filing_number");
  organization.filing_number = "备-7";
  EXPECT_OK(Create(Officer(), organization));
}

TEST(OrganizationRulesTest, TheSameCodeIsNotRegisteredTwice) {
  Facts facts;
  facts.credit_code_taken = true;
  EXPECT_THAT(Create(Officer(), SampleOrganization(), facts), HasReason(Reason::kDuplicate));
}

TEST(OrganizationRulesTest, RefusesBlankNamesUnknownDistrictsAndImpossibleRatings) {
  Organization organization = SampleOrganization();
  organization.name = "\u3000 ";
  EXPECT_EQ(FieldOf(Create(Officer(), organization)), "organization.name");
  organization = SampleOrganization();
  for (const char* path : {"", "3206", "3205/999999", "3205/320583/", "3205/320583//1", "32050"}) {
    organization.district_path = path;
    EXPECT_EQ(FieldOf(Create(Officer(), organization)), "organization.district_path") << path;
  }
  organization = SampleOrganization();
  organization.rating = 6;
  EXPECT_THAT(Create(Officer(), organization), HasReason(Reason::kOutOfRange));
}

TEST(OrganizationRulesTest, ASuspensionReachesEveryTeamThatStands) {
  TeamProfile disbanded = SampleTeam();
  disbanded.team.id = TeamId("01900000-0000-7000-8000-0000000000a2");
  disbanded.team.disbanded = true;
  const auto changes =
      Review(Officer(), OrganizationState::kSuspended, Stored(SampleOrganization(), {SampleTeam(), disbanded}));
  ASSERT_OK(changes);
  EXPECT_EQ(changes->organizations[0].after.version, 4);
  EXPECT_EQ(changes->organizations[0].event, "OrganizationReviewed");
  ASSERT_EQ(changes->teams.size(), 1U);
  EXPECT_EQ(changes->teams[0].after.standing.state, OrganizationState::kSuspended);
  EXPECT_EQ(changes->teams[0].after.team.version, 6);
  EXPECT_EQ(changes->teams[0].event, "TeamUpdated");
  EXPECT_EQ(changes->note, "checked");
}

TEST(OrganizationRulesTest, AnIllegalStepNamesWhatIsAllowed) {
  const auto result = Review(Officer(), OrganizationState::kSubmitted, Stored(SampleOrganization()));
  EXPECT_THAT(result, HasReason(Reason::kIllegalTransition));
  EXPECT_EQ(GetErrorInfo(result.status()).metadata["allowed"], "suspended, revoked, withdrawn");
}

TEST(OrganizationRulesTest, ASuspensionNeedsAReason) {
  EXPECT_EQ(FieldOf(Review(Officer(), OrganizationState::kSuspended, Stored(SampleOrganization()), " ")), "reason");
}

TEST(OrganizationRulesTest, AStaleVersionIsToldTheCurrentOne) {
  const auto result = Review(Officer(), OrganizationState::kSuspended, Stored(SampleOrganization()), "why", 2);
  EXPECT_THAT(result, HasReason(Reason::kVersionConflict));
  EXPECT_EQ(GetErrorInfo(result.status()).metadata["current_version"], "3");
}

TEST(OrganizationRulesTest, WhatIsNotVisibleIsNotFound) {
  EXPECT_THAT(Review(Officer(), OrganizationState::kSuspended, Facts()), HasReason(Reason::kNotFound));
  EXPECT_THAT(Update(Officer(), {}, {"name"}, Facts()), HasReason(Reason::kNotFound));
}

TEST(OrganizationRulesTest, AManagerChangesTheContactButNotWhatAnOfficerChecked) {
  Organization values = SampleOrganization();
  values.address = "和平路1号";
  const auto changes = Update(Manager(), values, {"address"}, Stored(SampleOrganization(), {SampleTeam()}));
  ASSERT_OK(changes);
  EXPECT_EQ(changes->organizations[0].after.address, "和平路1号");
  EXPECT_TRUE(changes->teams.empty()) << "its teams see no difference";
  for (const char* path : {"name", "credit_code", "registration_end_time", "rating"}) {
    EXPECT_THAT(Update(Manager(), values, {path}, Stored(SampleOrganization())), HasReason(Reason::kForbidden)) << path;
  }
}

TEST(OrganizationRulesTest, AManagerWritesADraftFreelyExceptTheRating) {
  Organization draft = SampleOrganization();
  draft.state = OrganizationState::kDraft;
  Organization values = draft;
  values.name = "新名称";
  EXPECT_OK(Update(Manager(), values, {"name"}, Stored(draft)));
  EXPECT_THAT(Update(Manager(), values, {"rating"}, Stored(draft)), HasReason(Reason::kForbidden));
}

TEST(OrganizationRulesTest, AnOperatorSeesButDoesNotChange) {
  EXPECT_THAT(Update(Operator(), SampleOrganization(), {"address"}, Stored(SampleOrganization())),
              HasReason(Reason::kForbidden));
}

TEST(OrganizationRulesTest, TheMaskKnowsItsFields) {
  const Facts facts = Stored(SampleOrganization());
  EXPECT_THAT(Update(Officer(), {}, {"state"}, facts), HasReason(Reason::kReadOnlyField));
  EXPECT_THAT(Update(Officer(), {}, {"version"}, facts), HasReason(Reason::kReadOnlyField));
  EXPECT_THAT(Update(Officer(), {}, {"color"}, facts), HasReason(Reason::kUnknownField));
  EXPECT_THAT(Update(Officer(), {}, {"*"}, facts), HasReason(Reason::kUnknownField));
  EXPECT_EQ(FieldOf(Update(Officer(), {}, {}, facts)), "update_mask");
}

TEST(OrganizationRulesTest, ANewRegistrationEndReachesTheTeams) {
  Organization values = SampleOrganization();
  values.registration_end = kNow + 30 * kDay;
  const auto changes =
      Update(Officer(), values, {"registration_end_time"}, Stored(SampleOrganization(), {SampleTeam()}));
  ASSERT_OK(changes);
  ASSERT_EQ(changes->teams.size(), 1U);
  EXPECT_EQ(changes->teams[0].after.standing.registration_end, values.registration_end);
}

TEST(OrganizationRulesTest, AContactSealedFromAnOlderVersionIsNotWritten) {
  UpdateOrganization command{kOrganization, 3, SampleOrganization(), {"contact_phone"}, 2};
  EXPECT_THAT(Decide(command, Stored(SampleOrganization()), ContextOf(Officer())), HasReason(Reason::kVersionConflict));
}

TEST(OrganizationRulesTest, WithoutAPositionItStandsAtTheCentreOfItsDistrict) {
  Organization organization = SampleOrganization();
  Normalize(organization);
  ASSERT_TRUE(organization.location);
  EXPECT_TRUE(organization.location->approximate);
  EXPECT_NEAR(organization.location->position.latitude, 31.38, 0.01);
}

}  // namespace
}  // namespace muster::registry
