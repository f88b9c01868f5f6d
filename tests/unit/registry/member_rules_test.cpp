#include "services/registry/core/member_rules.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/registry/rules_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using namespace testing;  // NOLINT: the fixture's samples

std::string FieldOf(const absl::Status& status) { return GetErrorInfo(status).field; }

Person PersonOf(const std::string& name, const std::string& phone, const std::string& id_number = "") {
  return {security::SensitiveText(name), security::SensitiveText(phone), security::SensitiveText(id_number)};
}

Member SampleMember() {
  Member member;
  member.id = MemberId("01900000-0000-7000-8000-0000000000b1");
  member.version = 1;
  member.organization_id = kOrganization;
  member.district_path = "3205/320583";
  return member;
}

Facts WithTeam(Team team) {
  Facts facts;
  facts.organization = SampleOrganization();
  facts.member = SampleMember();
  facts.member_teams = {std::move(team)};
  return facts;
}

absl::StatusOr<RegistryChanges> Create(const Principal& principal, Member member, const Facts& facts) {
  return Decide(CreateMember{std::move(member)}, facts, ContextOf(principal));
}

TEST(MemberRulesTest, NormalizesPhoneAndName) {
  const auto person = NormalizePerson(PersonOf(" 张三 ", "+86 199-0000-0001"), "member");
  ASSERT_OK(person);
  EXPECT_EQ(person->name.Reveal(), "张三");
  EXPECT_EQ(person->phone.Reveal(), "19900000001");
}

TEST(MemberRulesTest, RefusesMissingAndMaskedNamesAndBadNumbersWithoutEchoingThem) {
  EXPECT_EQ(FieldOf(NormalizePerson(PersonOf("", "19900000001"), "member").status()), "member.name");
  EXPECT_EQ(FieldOf(NormalizePerson(PersonOf("张**", "19900000001"), "member").status()), "member.name");
  const auto phone = NormalizePerson(PersonOf("张三", "199****0001"), "member");
  EXPECT_THAT(phone, HasReason(Reason::kInvalidPhone));
  EXPECT_EQ(phone.status().ToString().find("0001"), std::string::npos);
  EXPECT_THAT(NormalizePerson(PersonOf("张三", "19900000001", "110101190001011234"), "member"),
              HasReason(Reason::kInvalidId));
}

TEST(MemberRulesTest, AMemberServesInTeamsOfTheOwnOrganization) {
  Member member = SampleMember();
  member.team_ids = {kTeam};
  member.consents = {{"dispatch", "2026-01", kNow, std::nullopt}};
  Team team = SampleTeam().team;
  EXPECT_OK(Create(Manager(), member, WithTeam(team)));
  team.organization_id = kOtherOrganization;
  EXPECT_EQ(FieldOf(Create(Manager(), member, WithTeam(team)).status()), "member.team_ids[0]");
  Facts none = WithTeam(team);
  none.member_teams.clear();
  EXPECT_EQ(FieldOf(Create(Manager(), member, none).status()), "member.team_ids[0]");
}

TEST(MemberRulesTest, NobodyComesIntoATeamWithoutConsentAndWhoIsInItAlreadyStays) {
  Member member = SampleMember();
  member.team_ids = {kTeam};
  Facts facts = WithTeam(SampleTeam().team);
  const absl::Status refused = Create(Manager(), member, facts).status();
  EXPECT_THAT(refused, HasReason(Reason::kNotEligible));
  EXPECT_NE(GetErrorInfo(refused).message_en.find("RecordConsent"), std::string::npos);
  facts.member->team_ids = {kTeam};
  UpdateMember command{SampleMember().id, 1, member, {"team_ids"}, 0};
  EXPECT_OK(Decide(command, facts, ContextOf(Manager()))) << "a row from before";
  facts.member->team_ids.clear();
  EXPECT_THAT(Decide(command, facts, ContextOf(Manager())), HasReason(Reason::kNotEligible));
}

TEST(MemberRulesTest, AnUpdateOfTheTeamsLeavesThoseOfOtherOrganizationsAlone) {
  const TeamId foreign("01900000-0000-7000-8000-0000000000a9");
  Facts facts = WithTeam(SampleTeam().team);
  facts.member->team_ids = {kTeam, foreign};
  Membership agreed;
  agreed.team_id = foreign;
  agreed.organization_id = kOtherOrganization;
  agreed.state = MembershipState::kAccepted;
  facts.people.memberships = {agreed};
  const UpdateMember command{SampleMember().id, 1, Member(), {"team_ids"}, 0};
  const auto changes = Decide(command, facts, ContextOf(Manager()));
  ASSERT_OK(changes);
  EXPECT_EQ(changes->members[0].after.team_ids, std::vector<TeamId>{foreign});
  EXPECT_TRUE(changes->memberships.empty());
}

TEST(MemberRulesTest, APersonChangesTheirOwnDataButNotTheirTeams) {
  Facts facts = WithTeam(SampleTeam().team);
  facts.member->account_id = AccountId("zhang");
  const Principal zhang{AccountId("zhang"), {Role::kMember}, "", {}, {}};
  UpdateMember command{SampleMember().id, 1, Member(), {"skills"}, 0};
  EXPECT_OK(Decide(command, facts, ContextOf(zhang)));
  command.paths = {"skills", "team_ids"};
  EXPECT_THAT(Decide(command, facts, ContextOf(zhang)), HasReason(Reason::kForbidden));
  const Principal other{AccountId("other"), {Role::kMember}, "", {}, {}};
  command.paths = {"skills"};
  EXPECT_THAT(Decide(command, facts, ContextOf(other)), HasReason(Reason::kForbidden));
}

TEST(MemberRulesTest, SkillsAreOfTheTaxonomy) {
  Member member = SampleMember();
  member.skills = {"elder_care", "juggling"};
  EXPECT_EQ(FieldOf(Create(Manager(), member, WithTeam(SampleTeam().team)).status()), "member.skills[1]");
}

TEST(MemberRulesTest, TheOwnManagerOrTheDistrictsOfficerAddsMembers) {
  const Facts facts = WithTeam(SampleTeam().team);
  EXPECT_THAT(Create(Manager(kOtherOrganization), SampleMember(), facts), HasReason(Reason::kForbidden));
  EXPECT_THAT(Create(Leader(), SampleMember(), facts), HasReason(Reason::kForbidden));
  EXPECT_THAT(Create(Officer("3205/320508"), SampleMember(), facts), HasReason(Reason::kForbidden));
  EXPECT_OK(Create(Officer("3205/320583"), SampleMember(), facts));
  EXPECT_THAT(Create(Manager(), SampleMember(), Facts()), HasReason(Reason::kNotFound));
}

TEST(MemberRulesTest, AnUpdateTouchesWhatTheMaskNames) {
  Member values;
  values.skills = {"elder_care"};
  values.district_path = "3205/320508";
  UpdateMember command{SampleMember().id, 1, values, {"skills"}, 0};
  const auto changes = Decide(command, WithTeam(SampleTeam().team), ContextOf(Manager()));
  ASSERT_OK(changes);
  EXPECT_EQ(changes->members[0].after.skills, std::vector<std::string>{"elder_care"});
  EXPECT_EQ(changes->members[0].after.district_path, "3205/320583");
  EXPECT_EQ(changes->members[0].after.version, 2);
  command.paths = {"organization_id"};
  EXPECT_THAT(Decide(command, WithTeam(SampleTeam().team), ContextOf(Manager())), HasReason(Reason::kReadOnlyField));
}

TEST(MemberRulesTest, AFieldSealedFromAnOlderVersionIsNotWritten) {
  Facts facts = WithTeam(SampleTeam().team);
  facts.member->version = 2;
  const UpdateMember command{SampleMember().id, 2, SampleMember(), {"phone"}, 1};
  EXPECT_THAT(Decide(command, facts, ContextOf(Manager())), HasReason(Reason::kVersionConflict));
}

}  // namespace
}  // namespace muster::registry
