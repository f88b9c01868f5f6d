#include "muster/domain/eligibility.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "muster/domain/reason.h"
#include "tests/support/status_matchers.h"

namespace muster {
namespace {

using enum EligibilityRule;
using muster::testing::HasReason;
using Rules = std::vector<EligibilityRule>;

constexpr Time kMonday = FromMicros(1'767'571'200'000'000);  // 2026-01-05T00:00:00Z

constexpr Time At(int hour) { return kMonday + std::chrono::hours(hour); }
constexpr Window Hours(int from, int to) { return {At(from), At(to)}; }

/// A team that may do everything that TheNeed asks for.
TeamFacts ATeam() {
  TeamFacts team;
  team.team_id = TeamId("team");
  team.organization_id = OrganizationId("organization");
  team.organization_state = OrganizationState::kApproved;
  team.headcount = 12;
  team.works_remotely = true;
  team.capabilities = {{"water_rescue", 2, Hours(-1000, 1000)}};
  return team;
}

/// Monday 08:00 to 18:00 on site.
Need TheNeed() { return {"water_rescue", 2, Hours(8, 18), Place::kOnSite}; }

Rules FailingRules(const TeamFacts& team, const Need& need) {
  Rules rules;
  for (const RuleFailure& failure : CheckEligibility(team, need)) {
    rules.push_back(failure.rule);
  }
  return rules;
}

struct Case {
  std::string what;
  std::function<void(TeamFacts& team, Need& need)> change;
  Rules expected;
};

void ExpectAll(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    TeamFacts team = ATeam();
    Need need = TheNeed();
    one.change(team, need);
    EXPECT_EQ(FailingRules(team, need), one.expected) << one.what;
  }
}

TEST(EligibilityTest, AcceptsATeamThatKeepsEveryRule) { EXPECT_EQ(FailingRules(ATeam(), TheNeed()), Rules{}); }

TEST(EligibilityTest, AsksForStandingDuringTheWindow) {
  ExpectAll({
      {"disbanded", [](auto& t, auto&) { t.disbanded = true; }, {kDisbanded}},
      {"suspended organization",
       [](auto& t, auto&) { t.organization_state = OrganizationState::kSuspended; },
       {kOrganizationState}},
      {"draft", [](auto& t, auto&) { t.organization_state = OrganizationState::kDraft; }, {kOrganizationState}},
      {"revoked", [](auto& t, auto&) { t.organization_state = OrganizationState::kRevoked; }, {kOrganizationState}},
      {"registration ends inside", [](auto& t, auto&) { t.registration_end = At(17); }, {kRegistrationEnds}},
      {"registration ends with the window", [](auto& t, auto&) { t.registration_end = At(18); }, {}},
      {"registration ended before", [](auto& t, auto&) { t.registration_end = At(2); }, {kRegistrationEnds}},
      {"blacklisted into the window", [](auto& t, auto&) { t.blacklisted_until = At(9); }, {kBlacklisted}},
      {"blacklisted until it starts", [](auto& t, auto&) { t.blacklisted_until = At(8); }, {}},
      {"suspended inside", [](auto& t, auto&) { t.suspended = Hours(10, 11); }, {kSuspended}},
      {"suspended before and after the start", [](auto& t, auto&) { t.suspended = Hours(0, 9); }, {kSuspended}},
      {"suspended until it starts", [](auto& t, auto&) { t.suspended = Hours(0, 8); }, {}},
      {"suspended afterwards", [](auto& t, auto&) { t.suspended = Hours(18, 30); }, {}},
  });
}

TEST(EligibilityTest, AsksForTheCapabilityOverTheWholeWindow) {
  ExpectAll({
      {"another capability", [](auto&, auto& n) { n.capability = "first_aid"; }, {kNoCapability}},
      {"a capability by half its name", [](auto&, auto& n) { n.capability = "water"; }, {kNoCapability}},
      {"a worse level", [](auto&, auto& n) { n.lowest_level = 1; }, {kLevelTooLow}},
      {"a better level than needed", [](auto&, auto& n) { n.lowest_level = 3; }, {}},
      {"any level", [](auto&, auto& n) { n.lowest_level = 0; }, {}},
      {"certificate ends inside",
       [](auto& t, auto&) { t.capabilities[0].valid = Hours(-10, 17); },
       {kCapabilityNotValid}},
      {"certificate ends with it", [](auto& t, auto&) { t.capabilities[0].valid = Hours(-10, 18); }, {}},
      {"certificate begins inside",
       [](auto& t, auto&) { t.capabilities[0].valid = Hours(9, 100); },
       {kCapabilityNotValid}},
      {"certificate ended", [](auto& t, auto&) { t.capabilities[0].valid = Hours(-10, 2); }, {kCapabilityNotValid}},
      {"no capability at all", [](auto& t, auto&) { t.capabilities.clear(); }, {kNoCapability}},
      {"valid but too low, good but over",
       [](auto& t, auto&) {
         t.capabilities = {{"water_rescue", 3, Hours(-10, 100)}, {"water_rescue", 1, Hours(-10, 2)}};
       },
       {kCapabilityNotValid}},
      {"one of several will do",
       [](auto& t, auto&) {
         t.capabilities = {{"water_rescue", 1, Hours(-10, 2)},
                           {"first_aid", 1, Hours(-10, 100)},
                           {"water_rescue", 2, Hours(-10, 100)}};
       },
       {}},
  });
}

TEST(EligibilityTest, AsksWhetherTheTeamIsFreeAndRested) {
  ExpectAll({
      {"remote where it does not work remotely",
       [](auto& t, auto& n) { t.works_remotely = false, n.place = Place::kRemote; },
       {kNotRemote}},
      {"on site where it does not work remotely", [](auto& t, auto&) { t.works_remotely = false; }, {}},
      {"available",
       [](auto& t, auto&) {
         t.available = {Hours(-5, -1), Hours(7, 19)};
       },
       {}},
      {"available for a part", [](auto& t, auto&) { t.available = {Hours(7, 17)}; }, {kNotAvailable}},
      {"available in two halves",
       [](auto& t, auto&) {
         t.available = {Hours(7, 12), Hours(12, 19)};
       },
       {kNotAvailable}},
      {"booked inside", [](auto& t, auto&) { t.booked = {Hours(10, 11)}; }, {kBooked}},
      {"booked around", [](auto& t, auto&) { t.booked = {Hours(0, 24)}; }, {kBooked}},
      {"booked until it starts", [](auto& t, auto&) { t.booked = {Hours(0, 8)}; }, {kNotRested, kHoursExceeded}},
      {"booked from its end", [](auto& t, auto&) { t.booked = {Hours(18, 20)}; }, {kNotRested, kHoursExceeded}},
      {"booked twice is told once",
       [](auto& t, auto&) {
         t.booked = {Hours(8, 9), Hours(10, 11)};
       },
       {kBooked}},
      {"rested for eleven hours", [](auto& t, auto&) { t.last_work_end = At(-3); }, {}},
      {"rested for less", [](auto& t, auto&) { t.last_work_end = At(-3) + Duration(1); }, {kNotRested}},
      {"worked until the start", [](auto& t, auto&) { t.last_work_end = At(8); }, {kNotRested}},
  });
}

TEST(EligibilityTest, RestIsNeededBeforeTheNextWorkToo) {
  ExpectAll({
      {"short work, then the same day again",
       [](auto& t, auto& n) {
         n.window = Hours(8, 10);
         t.booked = {Hours(14, 16)};
       },
       {kNotRested}},
      {"the next day", [](auto& t, auto&) { t.booked = {Hours(42, 44)}; }, {}},
      {"eleven hours later",
       [](auto& t, auto& n) {
         n.window = Hours(8, 10);
         t.booked = {Hours(21, 23)};
       },
       {}},
      {"a little less than that",
       [](auto& t, auto& n) {
         n.window = Hours(8, 10);
         t.booked = {{At(21) - Duration(1), At(23)}};
       },
       {kNotRested}},
  });
}

TEST(EligibilityTest, CountsTheHoursOfAnyDay) {
  ExpectAll({
      {"ten hours in two works", [](auto& t, auto& n) { n.window = Hours(8, 14), t.worked = {Hours(-8, -4)}; }, {}},
      {"a microsecond more",
       [](auto& t, auto& n) {
         n.window = Hours(8, 14);
         t.worked = {{At(-8) - Duration(1), At(-4)}};
       },
       {kHoursExceeded}},
      {"more, on line from home",
       [](auto& t, auto& n) {
         n.window = Hours(8, 14);
         n.place = Place::kRemote;
         t.worked = {Hours(-9, -4)};
       },
       {kHoursExceeded}},
      {"more, but not within a day", [](auto& t, auto&) { t.worked = {Hours(-40, -16)}; }, {}},
      {"finished and to come",
       [](auto& t, auto& n) {
         n.window = Hours(8, 12);
         t.worked = {Hours(-6, -3)};
         t.booked = {Hours(23, 27)};
       },
       {}},
      {"a part of a long work before", [](auto& t, auto&) { t.worked = {Hours(-20, -4)}; }, {kHoursExceeded}},
      {"two long works with half a day between",
       [](auto& t, auto& n) {
         n.window = Hours(8, 21);
         t.worked = {Hours(-17, -4)};
       },
       {kHoursExceeded}},
      {"one long shift is for those to decide who ask for it", [](auto&, auto& n) { n.window = Hours(8, 30); }, {}},
  });
}

TEST(EligibilityTest, TheShiftsOfOneDutyCountTogether) {
  const auto two_shifts = [](auto& t, auto& n) {
    n.window = Hours(8, 12);
    t.booked = {Hours(28, 31)};
  };
  ExpectAll({
      {"one of four hours, three more at night", two_shifts, {}},
      {"another of four hours in between",
       [&](auto& t, auto& n) {
         two_shifts(t, n);
         n.together = {Hours(8, 12), Hours(13, 17)};
       },
       {kHoursExceeded}},
      {"alone they are for those to decide who ask for them",
       [](auto&, auto& n) {
         n.window = Hours(8, 14);
         n.together = {Hours(8, 14), Hours(16, 22)};
       },
       {}},
  });
}

TEST(EligibilityTest, ACapabilityMayHaveLimitsOfItsOwn) {
  TeamFacts team = ATeam();
  Need need = TheNeed();
  need.window = Hours(8, 13);
  team.worked = {Hours(-7, -3)};
  team.last_work_end = At(-3);
  EXPECT_EQ(FailingRules(team, need), Rules{}) << "nine hours, eleven of rest";
  need.capability = team.capabilities[0].capability = "diving";
  const std::vector<RuleFailure> failures = CheckEligibility(team, need);
  ASSERT_EQ(failures.size(), 2U) << "eight hours and twelve of rest for divers";
  EXPECT_EQ(failures[0].message_en, "its work before ends 2026-01-04T21:00Z: less than 12 hours of rest");
  EXPECT_EQ(failures[0].message_zh, "上一项任务 2026-01-04T21:00Z 才结束，休息不足 12 小时");
  EXPECT_EQ(failures[1].message_en, "9 hours of work within 24 where 8 are allowed");
  EXPECT_EQ(failures[1].message_zh, "24 小时内共工作 9 小时，上限 8 小时");
}

TEST(EligibilityTest, TellsEveryRuleThatFailsInOrder) {
  TeamFacts team = ATeam();
  team.disbanded = true;
  team.organization_state = OrganizationState::kRevoked;
  team.registration_end = At(9);
  team.blacklisted_until = At(20);
  team.suspended = Hours(0, 24);
  team.capabilities.clear();
  team.works_remotely = false;
  team.available = {Hours(0, 1)};
  team.booked = {Hours(9, 10)};
  team.worked = {Hours(0, 7)};
  team.last_work_end = At(7);
  Need need = TheNeed();
  need.place = Place::kRemote;
  EXPECT_EQ(FailingRules(team, need),
            (Rules{kDisbanded, kOrganizationState, kRegistrationEnds, kBlacklisted, kSuspended, kNoCapability,
                   kNotRemote, kNotAvailable, kBooked, kNotRested, kHoursExceeded}));
}

TEST(EligibilityTest, NamesWhatIsWrongInBothLanguages) {
  TeamFacts team = ATeam();
  team.booked = {Hours(9, 10)};
  team.capabilities[0].level = 3;
  const absl::Status status = EligibilityStatus(CheckEligibility(team, TheNeed()));
  ASSERT_THAT(status, HasReason(Reason::kNotEligible));
  const ErrorInfo info = GetErrorInfo(status);
  EXPECT_EQ(info.metadata.at("rules"), "LEVEL_TOO_LOW,BOOKED");
  EXPECT_EQ(info.message_en,
            "The team is not eligible: level 3 where 2 or better is needed; already booked 2026-01-05T09:00Z - "
            "2026-01-05T10:00Z. Choose another team or resolve this first.");
  EXPECT_NE(info.message_zh.find("等级为 3，要求不低于 2"), std::string::npos);
  EXPECT_NE(info.message_zh.find("2026-01-05T09:00Z"), std::string::npos);
}

TEST(EligibilityTest, NoFailureIsOk) { EXPECT_OK(EligibilityStatus({})); }

TEST(EligibilityTest, TheTableHasARowForEveryRuleInTheirOrder) {
  std::set<std::string_view> names;
  ASSERT_EQ(EligibilityRules().size(), static_cast<size_t>(kMustHave) + 1);
  for (size_t i = 0; i < EligibilityRules().size(); ++i) {
    const EligibilityRuleRow& row = EligibilityRules()[i];
    EXPECT_EQ(static_cast<size_t>(row.rule), i) << row.name;
    EXPECT_EQ(row.name, Name(row.rule));
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), std::string_view::npos) << row.name;
    const bool shown_by_facts = row.rule != kUnknownYet && row.rule != kNotEnrolled && row.rule != kMustHave;
    EXPECT_EQ(row.check != nullptr, shown_by_facts) << row.name;
  }
  EXPECT_EQ(Name(kUnknownYet), "UNKNOWN_YET");
  EXPECT_EQ(Name(kCapabilityNotValid), "CAPABILITY_NOT_VALID");
  EXPECT_EQ(Name(kNotEnrolled), "NOT_ENROLLED");
}

TEST(EligibilityTest, TheDocumentationShowsTheTable) {
  std::ifstream file(std::string(MUSTER_SOURCE_ROOT) + "/docs/registry.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::string table = "| Rule | Fails when | Told |\n| --- | --- | --- |\n";
  for (const EligibilityRuleRow& row : EligibilityRules()) {
    table +=
        "| `" + std::string(row.name) + "` | " + std::string(row.fails_when) + " | " + std::string(row.data) + " |\n";
  }
  EXPECT_NE(text.find("\n" + table + "\n"), std::string::npos) << "docs/registry.md should have\n" << table;
}

}  // namespace
}  // namespace muster
