#include "services/registry/core/team_rules.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/registry/rules_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using namespace testing;  // NOLINT: the fixture's samples

const HeldCapability kWaterGrade{"water", 2, {kNow - kDay, kNow + 300 * kDay}};

std::string FieldOf(const absl::StatusOr<RegistryChanges>& result) { return GetErrorInfo(result.status()).field; }

Facts OfOrganization(Organization organization = SampleOrganization()) {
  Facts facts;
  facts.organization = std::move(organization);
  return facts;
}

Facts OfTeam(TeamProfile profile = SampleTeam()) {
  Facts facts;
  facts.teams.push_back(std::move(profile));
  return facts;
}

absl::StatusOr<RegistryChanges> Create(const Principal& principal, Team values, const Facts& facts = OfOrganization()) {
  return Decide(CreateTeam{std::move(values)}, facts, ContextOf(principal));
}

absl::StatusOr<RegistryChanges> Update(const Principal& principal, const Team& values, std::vector<std::string> paths,
                                       const Facts& facts = OfTeam()) {
  return Decide(UpdateTeam{kTeam, 5, values, std::move(paths)}, facts, ContextOf(principal));
}

absl::StatusOr<RegistryChanges> Declare(const Principal& principal, std::vector<Window> windows) {
  return Decide(DeclareAvailability{kTeam, {std::move(windows), {}, {}}}, OfTeam(), ContextOf(principal));
}

TEST(TeamRulesTest, AManagerMakesATeamThatTakesItsPlaceFromTheOrganization) {
  Organization organization = SampleOrganization();
  organization.location = Location{{31.4, 120.9}, 0, {}, false};
  Team values = SampleTeam().team;
  values.district_path = "";
  const auto changes = Create(Manager(), values, OfOrganization(organization));
  ASSERT_OK(changes);
  const TeamProfile& made = changes->teams[0].after;
  EXPECT_EQ(made.team.version, 1);
  EXPECT_EQ(made.team.district_path, "3205/320583");
  EXPECT_EQ(made.team.base, organization.location);
  EXPECT_EQ(made.standing.state, OrganizationState::kApproved);
  EXPECT_EQ(changes->teams[0].event, "TeamCreated");
}

TEST(TeamRulesTest, ALeaderOrAStrangerMakesNoTeam) {
  EXPECT_THAT(Create(Leader(), SampleTeam().team), HasReason(Reason::kForbidden));
  EXPECT_THAT(Create(Manager(kOtherOrganization), SampleTeam().team), HasReason(Reason::kForbidden));
  EXPECT_THAT(Create(Manager(), SampleTeam().team, Facts()), HasReason(Reason::kNotFound));
}

TEST(TeamRulesTest, ARevokedOrganizationGetsNoTeam) {
  Organization organization = SampleOrganization();
  organization.state = OrganizationState::kRevoked;
  EXPECT_THAT(Create(Manager(), SampleTeam().team, OfOrganization(organization)),
              HasReason(Reason::kIllegalTransition));
}

TEST(TeamRulesTest, AGradeOfARescueSpecialityNeedsAnOfficer) {
  Team values = SampleTeam().team;
  values.capabilities.push_back(kWaterGrade);
  const auto refused = Create(Manager(), values);
  EXPECT_THAT(refused, HasReason(Reason::kForbidden));
  EXPECT_EQ(FieldOf(refused), "team.capabilities[1]");
  EXPECT_OK(Create(Officer(), values));
}

TEST(TeamRulesTest, AManagerKeepsOrGivesUpAGradeButDoesNotRaiseIt) {
  TeamProfile graded = SampleTeam();
  graded.team.capabilities.push_back(kWaterGrade);
  Team values = graded.team;
  EXPECT_OK(Update(Manager(), values, {"capabilities"}, OfTeam(graded)));
  values.capabilities.pop_back();
  EXPECT_OK(Update(Manager(), values, {"capabilities"}, OfTeam(graded)));
  values.capabilities.push_back(kWaterGrade);
  values.capabilities.back().level = 1;
  EXPECT_THAT(Update(Manager(), values, {"capabilities"}, OfTeam(graded)), HasReason(Reason::kForbidden));
}

TEST(TeamRulesTest, NumbersStayInTheirRanges) {
  struct Case {
    void (*spoil)(Team&);
    const char* field;
  };
  const Case cases[] = {
      {[](Team& team) { team.headcount = 0; }, "team.headcount"},
      {[](Team& team) { team.headcount = 10'001; }, "team.headcount"},
      {[](Team& team) { team.turnout_minutes = -1; }, "team.turnout_minutes"},
      {[](Team& team) { team.range_km = 5'001; }, "team.range_km"},
      {[](Team& team) { team.capabilities[0].level = 5; }, "team.capabilities[0].level"},
      {[](Team& team) { team.capabilities[0].level = 0; }, "team.capabilities[0].level"},
  };
  for (const Case& one : cases) {
    Team values = SampleTeam().team;
    one.spoil(values);
    const auto result = Create(Officer(), values);
    EXPECT_THAT(result, HasReason(Reason::kOutOfRange));
    EXPECT_EQ(FieldOf(result), one.field);
  }
}

TEST(TeamRulesTest, CapabilitiesAreOfTheTaxonomyAndEndAfterTheyStart) {
  Team values = SampleTeam().team;
  values.capabilities[0].capability = "juggling";
  EXPECT_EQ(FieldOf(Create(Officer(), values)), "team.capabilities[0].capability");
  values.capabilities[0].capability = "rescue";
  EXPECT_EQ(FieldOf(Create(Officer(), values)), "team.capabilities[0].capability") << "a group is not held";
  values = SampleTeam().team;
  values.capabilities[0].valid.end = values.capabilities[0].valid.start;
  EXPECT_THAT(Create(Officer(), values), HasReason(Reason::kBadTime));
  values = SampleTeam().team;
  values.capabilities = {{"water", 4, {kNow, kNow + kDay}}};
  EXPECT_THAT(Create(Officer(), values), HasReason(Reason::kOutOfRange)) << "grades have three levels";
}

TEST(TeamRulesTest, LanguagesAreTags) {
  Team values = SampleTeam().team;
  values.languages = {"zh-CN", "two words"};
  EXPECT_EQ(FieldOf(Create(Officer(), values)), "team.languages");
}

TEST(TeamRulesTest, TheLeaderIsAMemberOfTheOrganization) {
  Team values = SampleTeam().team;
  values.leader_member_id = MemberId("01900000-0000-7000-8000-0000000000b1");
  EXPECT_EQ(FieldOf(Create(Manager(), values)), "team.leader_member_id");
  Facts facts = OfOrganization();
  facts.leader_organization = kOtherOrganization;
  EXPECT_EQ(FieldOf(Create(Manager(), values, facts)), "team.leader_member_id");
  facts.leader_organization = kOrganization;
  EXPECT_OK(Create(Manager(), values, facts));
}

TEST(TeamRulesTest, AnOrganizationHasALimitOfTeams) {
  Facts facts = OfOrganization();
  facts.team_count = kMaxTeamsOfOrganization;
  EXPECT_THAT(Create(Manager(), SampleTeam().team, facts), HasReason(Reason::kOutOfRange));
}

TEST(TeamRulesTest, ALeaderChangesWhatChangesByTheHour) {
  Team values = SampleTeam().team;
  values.headcount = 5;
  values.current = Location{{31.3, 120.6}, 10, kNow, false};
  const auto changes = Update(Leader(), values, {"headcount", "current_position"});
  ASSERT_OK(changes);
  EXPECT_EQ(changes->teams[0].after.team.headcount, 5);
  EXPECT_EQ(changes->teams[0].after.team.version, 6);
  EXPECT_EQ(changes->teams[0].before->team.headcount, 8);
  EXPECT_THAT(Update(Leader(), values, {"capabilities"}), HasReason(Reason::kForbidden));
  EXPECT_THAT(Update(Leader(), values, {"name"}), HasReason(Reason::kForbidden));
}

TEST(TeamRulesTest, OnlyAnOfficerSuspends) {
  Team values = SampleTeam().team;
  values.suspended = Window{kNow, kNow + kDay};
  EXPECT_THAT(Update(Manager(), values, {"suspended"}), HasReason(Reason::kForbidden));
  EXPECT_OK(Update(Officer(), values, {"suspended"}));
}

TEST(TeamRulesTest, NobodyChoosesWhoseOfficersVouchForATeam) {
  Team elsewhere = SampleTeam().team;
  elsewhere.district_path = "3205/320508";
  EXPECT_THAT(Create(Manager(), elsewhere), HasReason(Reason::kForbidden));
  EXPECT_EQ(FieldOf(Create(Manager(), elsewhere)), "team.district_path");
  Facts facts = OfTeam();
  facts.district_of_organization = "3205/320583";
  EXPECT_THAT(Update(Manager(), elsewhere, {"district_path"}, facts), HasReason(Reason::kForbidden));
  EXPECT_THAT(Update(Officer("3205/320583"), elsewhere, {"district_path"}, facts), HasReason(Reason::kForbidden));
  EXPECT_OK(Update(Officer("3205"), elsewhere, {"district_path"}, facts));
  Team street = SampleTeam().team;
  street.district_path = "3205/320583/320583100";
  EXPECT_OK(Update(Manager(), street, {"district_path"}, facts));
}

TEST(TeamRulesTest, ADisbandedTeamStaysAsItIs) {
  TeamProfile gone = SampleTeam();
  gone.team.disbanded = true;
  EXPECT_THAT(Update(Manager(), SampleTeam().team, {"headcount"}, OfTeam(gone)), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(Decide(DisbandTeam{kTeam, 5}, OfTeam(gone), ContextOf(Manager())), HasReason(Reason::kIllegalTransition));
  const auto changes = Decide(DisbandTeam{kTeam, 5}, OfTeam(), ContextOf(Manager()));
  ASSERT_OK(changes);
  EXPECT_TRUE(changes->teams[0].after.team.disbanded);
  EXPECT_EQ(changes->teams[0].event, "TeamDisbanded");
}

TEST(TeamRulesTest, DeclaredWindowsAreSortedAndNeedNoVersion) {
  const auto changes = Declare(Leader(), {{kNow + 3 * kDay, kNow + 4 * kDay}, {kNow, kNow + kDay}});
  ASSERT_OK(changes);
  ASSERT_EQ(changes->windows->availabilities.size(), 2U);
  EXPECT_EQ(changes->windows->availabilities[0].window.start, kNow);
  EXPECT_EQ(changes->teams[0].after.available.size(), 2U);
  EXPECT_EQ(changes->teams[0].after.team.version, 6);
  EXPECT_OK(Declare(Operator(), {})) << "an operator may speak for it";
}

TEST(TeamRulesTest, WindowsThatAreOverOrOverlapOrAreTooFarAwayAreRefused) {
  EXPECT_THAT(Declare(Leader(), {{kNow - 2 * kDay, kNow - kDay}}), HasReason(Reason::kBadTime));
  EXPECT_THAT(Declare(Leader(), {{kNow, kNow + 2 * kDay}, {kNow + kDay, kNow + 3 * kDay}}),
              HasReason(Reason::kBadTime));
  EXPECT_THAT(Declare(Leader(), {{kNow, kNow + 3650 * kDay}}), HasReason(Reason::kBadTime));
  EXPECT_THAT(Declare(Leader(), {{kNow + kDay, kNow}}), HasReason(Reason::kBadTime));
  EXPECT_THAT(Declare(Leader(), std::vector<Window>(201, {kNow, kNow + kDay})), HasReason(Reason::kOutOfRange));
}

TEST(TeamRulesTest, AStrangerDeclaresNothing) {
  EXPECT_THAT(Declare(Leader(kOtherOrganization), {}), HasReason(Reason::kForbidden));
}

TEST(TeamRulesTest, TheProfileCarriesWhatEligibilityNeeds) {
  TeamProfile profile = SampleTeam();
  profile.standing.blacklisted_until = kNow + kDay;
  profile.available = {{kNow, kNow + kDay}};
  const TeamFacts facts = FactsOf(profile);
  const Need need{"psychological_support", 2, {kNow + kDay / 4, kNow + kDay / 2}, Place::kOnSite};
  const auto failures = CheckEligibility(facts, need);
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].rule, EligibilityRule::kBlacklisted);
}

}  // namespace
}  // namespace muster::registry
