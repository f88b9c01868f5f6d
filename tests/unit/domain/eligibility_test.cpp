#include "muster/domain/eligibility.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
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
      {"booked until it starts", [](auto& t, auto&) { t.booked = {Hours(0, 8)}; }, {}},
      {"booked from its end", [](auto& t, auto&) { t.booked = {Hours(18, 20)}; }, {}},
      {"booked twice is told once",
       [](auto& t, auto&) {
         t.booked = {Hours(8, 9), Hours(10, 11)};
       },
       {kBooked}},
      {"rested for eight hours", [](auto& t, auto&) { t.last_work_end = At(0); }, {}},
      {"rested for less", [](auto& t, auto&) { t.last_work_end = At(0) + Duration(1); }, {kNotRested}},
      {"worked until the start", [](auto& t, auto&) { t.last_work_end = At(8); }, {kNotRested}},
  });
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
  team.last_work_end = At(7);
  Need need = TheNeed();
  need.place = Place::kRemote;
  EXPECT_EQ(FailingRules(team, need),
            (Rules{kDisbanded, kOrganizationState, kRegistrationEnds, kBlacklisted, kSuspended, kNoCapability,
                   kNotRemote, kNotAvailable, kBooked, kNotRested}));
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

TEST(EligibilityTest, EveryRuleHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int rule = 0; rule <= static_cast<int>(kNotEnrolled); ++rule) {
    const std::string_view name = Name(static_cast<EligibilityRule>(rule));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), std::string_view::npos) << name;
  }
  EXPECT_EQ(Name(kUnknownYet), "UNKNOWN_YET");
  EXPECT_EQ(Name(kCapabilityNotValid), "CAPABILITY_NOT_VALID");
  EXPECT_EQ(Name(kNotEnrolled), "NOT_ENROLLED");
}

/// Teams and needs at random, each fact failing now and then.
class RandomWorld {
 public:
  explicit RandomWorld(uint32_t seed) : engine_(seed) {}

  int Number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
  bool Chance(int percent) { return Number(1, 100) <= percent; }
  Window RandomWindow(int low, int high) {
    const int from = Number(low, high - 1);
    return Hours(from, Number(from + 1, high));
  }

  TeamFacts Team() {
    TeamFacts team = ATeam();
    team.disbanded = Chance(5);
    team.organization_state = Chance(90) ? OrganizationState::kApproved : OrganizationState::kSuspended;
    if (Chance(40)) team.registration_end = At(Number(0, 60));
    if (Chance(30)) team.blacklisted_until = At(Number(-20, 20));
    if (Chance(30)) team.suspended = RandomWindow(-20, 60);
    team.works_remotely = Chance(70);
    team.capabilities.clear();
    for (int i = Number(0, 3); i > 0; --i) {
      team.capabilities.push_back({Chance(80) ? "water_rescue" : "first_aid", Number(1, 4), RandomWindow(-40, 80)});
    }
    for (int i = Number(0, 2); i > 0; --i) team.available.push_back(RandomWindow(-20, 60));
    for (int i = Number(0, 2); i > 0; --i) team.booked.push_back(RandomWindow(-20, 60));
    if (Chance(30)) team.last_work_end = At(Number(-30, 0));
    return team;
  }

  Need RandomNeed() {
    return {"water_rescue", Number(0, 4), RandomWindow(0, 40), Chance(80) ? Place::kOnSite : Place::kRemote};
  }

  /// Makes one fact better: valid longer, a higher level, a shorter ban, one booking fewer.
  void Improve(TeamFacts& team) {
    switch (Number(0, 8)) {
      case 0:
        team.disbanded = false;
        break;
      case 1:
        team.organization_state = OrganizationState::kApproved;
        break;
      case 2:
        if (team.registration_end) *team.registration_end += std::chrono::hours(Number(1, 40));
        break;
      case 3:
        if (team.blacklisted_until) *team.blacklisted_until -= std::chrono::hours(Number(1, 40));
        break;
      case 4:
        if (team.suspended)
          team.suspended->end = std::max(team.suspended->start, team.suspended->end - std::chrono::hours(5));
        break;
      case 5:
        for (HeldCapability& held : team.capabilities) {
          held.valid = {held.valid.start - std::chrono::hours(3), held.valid.end + std::chrono::hours(9)};
          held.level = std::max(1, held.level - 1);
        }
        break;
      case 6:
        for (Window& window : team.available) window.end += std::chrono::hours(7);
        break;
      case 7:
        if (!team.booked.empty()) team.booked.pop_back();
        break;
      default:
        team.capabilities.push_back({"water_rescue", Number(1, 4), RandomWindow(-40, 80)});
    }
  }

 private:
  std::mt19937 engine_;
};

TEST(EligibilityPropertyTest, MoreValidityNeverMakesATeamLessEligible) {
  RandomWorld world(20260105);
  int became_eligible = 0;
  for (int round = 0; round < 20'000; ++round) {
    TeamFacts team = world.Team();
    const Need need = world.RandomNeed();
    const size_t before = FailingRules(team, need).size();
    const int steps = world.Number(1, 6);
    for (int i = 0; i < steps; ++i) world.Improve(team);
    const size_t after = FailingRules(team, need).size();
    ASSERT_LE(after, before) << "round " << round;
    became_eligible += before > 0 && after == 0 ? 1 : 0;
  }
  EXPECT_GT(became_eligible, 500) << "the rounds show something";
}

TEST(EligibilityPropertyTest, AWindowInsideAGoodOneIsGoodButForRest) {
  RandomWorld world(7);
  int tried = 0;
  for (int round = 0; round < 40'000; ++round) {
    const TeamFacts team = world.Team();
    Need need = world.RandomNeed();
    if (!FailingRules(team, need).empty() || need.window.end - need.window.start < std::chrono::hours(3)) {
      continue;
    }
    ++tried;
    need.window.start += std::chrono::hours(1);
    need.window.end -= std::chrono::hours(1);
    ASSERT_EQ(FailingRules(team, need), Rules{}) << "round " << round;
  }
  EXPECT_GT(tried, 500);
}

TEST(EligibilityPropertyTest, ACertificateThatEndsInsideTheWindowAlwaysFails) {
  RandomWorld world(11);
  for (int round = 0; round < 5'000; ++round) {
    TeamFacts team = world.Team();
    Need need = world.RandomNeed();
    need.lowest_level = 0;
    const Time end = need.window.end - Duration(world.Number(1, 1'000'000));
    team.capabilities = {{"water_rescue", 1, {need.window.start - std::chrono::hours(1000), end}}};
    const Rules rules = FailingRules(team, need);
    ASSERT_EQ(std::count(rules.begin(), rules.end(), kCapabilityNotValid), 1) << "round " << round;
  }
}

}  // namespace
}  // namespace muster
