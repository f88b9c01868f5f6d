#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "muster/base/text.h"
#include "muster/domain/eligibility.h"
#include "muster/domain/taxonomy.h"

namespace muster {
namespace {

using enum EligibilityRule;
using Rules = std::vector<EligibilityRule>;

constexpr Time kMonday = FromMicros(1'767'571'200'000'000);  // 2026-01-05T00:00:00Z

constexpr Time At(int hour) { return kMonday + std::chrono::hours(hour); }
constexpr Window Hours(int from, int to) { return {At(from), At(to)}; }
/// "2026-01-05T09:00Z", as failures tell it.
std::string Minute(Time time) { return FormatMicros(ToMicros(time)).substr(0, 16) + "Z"; }

Rules FailingRules(const TeamFacts& team, const Need& need) {
  Rules rules;
  for (const RuleFailure& failure : CheckEligibility(team, need)) {
    rules.push_back(failure.rule);
  }
  return rules;
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
    TeamFacts team;
    team.team_id = TeamId("team");
    team.organization_id = OrganizationId("organization");
    team.headcount = 12;
    team.disbanded = Chance(5);
    team.organization_state = Chance(90) ? OrganizationState::kApproved : OrganizationState::kSuspended;
    if (Chance(40)) team.registration_end = At(Number(0, 60));
    if (Chance(30)) team.blacklisted_until = At(Number(-20, 20));
    if (Chance(30)) team.suspended = RandomWindow(-20, 60);
    team.works_remotely = Chance(70);
    for (int i = Number(0, 3); i > 0; --i) {
      team.capabilities.push_back({Chance(80) ? "water_rescue" : "first_aid", Number(1, 4), RandomWindow(-40, 80)});
    }
    for (int i = Number(0, 2); i > 0; --i) team.available.push_back(RandomWindow(-20, 60));
    if (Chance(20)) team.weekly.push_back({Number(1, 127), Number(0, 1439), Number(1, 1440), {}, {}});
    if (Chance(10)) team.blackouts.push_back(RandomWindow(-20, 60));
    for (int i = Number(0, 2); i > 0; --i) team.booked.push_back(RandomWindow(-20, 60));
    if (Chance(30)) team.last_work_end = At(Number(-30, 40));
    for (int i = Chance(30) ? Number(1, 2) : 0; i > 0; --i) team.worked.push_back(RandomWindow(-40, 10));
    return team;
  }

  Need RandomNeed() {
    return {"water_rescue", Number(0, 4), RandomWindow(0, 40), Chance(80) ? Place::kOnSite : Place::kRemote};
  }

 private:
  std::mt19937 engine_;
};

/// One way in which a team comes to be valid longer, or better.
struct Improvement {
  const char* what;
  std::function<void(TeamFacts& team, RandomWorld& world)> make;
};

const std::vector<Improvement>& Improvements() {
  using std::chrono::hours;
  static const std::vector<Improvement> list{
      {"stands again", [](auto& team, auto&) { team.disbanded = false; }},
      {"organization approved", [](auto& team, auto&) { team.organization_state = OrganizationState::kApproved; }},
      {"registration extended",
       [](auto& team, auto& world) {
         if (team.registration_end) *team.registration_end += hours(world.Number(1, 40));
       }},
      {"registration open-ended", [](auto& team, auto&) { team.registration_end.reset(); }},
      {"ban ends earlier",
       [](auto& team, auto& world) {
         if (team.blacklisted_until) *team.blacklisted_until -= hours(world.Number(1, 40));
       }},
      {"suspension ends earlier",
       [](auto& team, auto&) {
         if (team.suspended) team.suspended->end = std::max(team.suspended->start, team.suspended->end - hours(5));
       }},
      {"suspension removed", [](auto& team, auto&) { team.suspended.reset(); }},
      {"certificates extended",
       [](auto& team, auto& world) {
         for (HeldCapability& held : team.capabilities) {
           held.valid.start -= hours(world.Number(0, 9));
           held.valid.end += hours(world.Number(0, 30));
         }
       }},
      {"level raised",
       [](auto& team, auto&) {
         for (HeldCapability& held : team.capabilities) held.level = std::max(1, held.level - 1);
       }},
      {"capability added",
       [](auto& team, auto& world) {
         const auto place = team.capabilities.begin() + world.Number(0, static_cast<int>(team.capabilities.size()));
         team.capabilities.insert(place, {"water_rescue", world.Number(1, 4), world.RandomWindow(-40, 80)});
       }},
      {"works remotely too", [](auto& team, auto&) { team.works_remotely = true; }},
      {"availability extended",
       [](auto& team, auto&) {
         for (Window& window : team.available) window.end += hours(7);
       }},
      {"weekly hours extended",
       [](auto& team, auto&) {
         for (WeeklyTime& weekly : team.weekly) weekly.length_minutes = 1440;
       }},
      {"no blackouts", [](auto& team, auto&) { team.blackouts.clear(); }},
      {"less work before", [](auto& team, auto&) { team.worked.clear(); }},
      {"one booking fewer",
       [](auto& team, auto&) {
         if (!team.booked.empty()) team.booked.pop_back();
       }},
  };
  return list;
}

TEST(EligibilityPropertyTest, NoImprovementMakesAnEligibleTeamNotEligible) {
  RandomWorld world(5);
  for (const Improvement& improvement : Improvements()) {
    int stayed = 0;
    int became = 0;
    for (int round = 0; round < 40'000; ++round) {
      TeamFacts team = world.Team();
      const Need need = world.RandomNeed();
      const bool before = FailingRules(team, need).empty();
      improvement.make(team, world);
      const Rules after = FailingRules(team, need);
      ASSERT_FALSE(before && !after.empty()) << improvement.what << " brought " << Name(after.front());
      stayed += before ? 1 : 0;
      became += !before && after.empty() ? 1 : 0;
    }
    EXPECT_GT(stayed, 500) << improvement.what;
    EXPECT_GT(became, 10) << improvement.what << " helps nobody: the rounds show nothing of it";
  }
}

TEST(EligibilityPropertyTest, MoreValidityNeverMakesATeamLessEligible) {
  RandomWorld world(20260105);
  int became_eligible = 0;
  for (int round = 0; round < 30'000; ++round) {
    TeamFacts team = world.Team();
    const Need need = world.RandomNeed();
    const size_t before = FailingRules(team, need).size();
    for (int steps = world.Number(1, 6); steps > 0; --steps) {
      Improvements()[static_cast<size_t>(world.Number(0, static_cast<int>(Improvements().size()) - 1))].make(team,
                                                                                                             world);
    }
    const size_t after = FailingRules(team, need).size();
    ASSERT_LE(after, before) << "round " << round;
    became_eligible += before > 0 && after == 0 ? 1 : 0;
  }
  EXPECT_GT(became_eligible, 500) << "the rounds show something";
}

TEST(EligibilityPropertyTest, AWindowInsideAGoodOneIsGoodButForRest) {
  RandomWorld world(7);
  int tried = 0;
  for (int round = 0; round < 60'000; ++round) {
    TeamFacts team = world.Team();
    team.last_work_end.reset();
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

/// The failure of that rule; fails the test unless it is told exactly once.
RuleFailure OnlyFailure(const TeamFacts& team, const Need& need, EligibilityRule rule) {
  const std::vector<RuleFailure> failures = CheckEligibility(team, need);
  const auto is_rule = [rule](const RuleFailure& failure) { return failure.rule == rule; };
  EXPECT_EQ(std::count_if(failures.begin(), failures.end(), is_rule), 1) << Name(rule);
  const auto found = std::find_if(failures.begin(), failures.end(), is_rule);
  return found == failures.end() ? RuleFailure{} : *found;
}

void ExpectTells(const RuleFailure& failure, Time date) {
  EXPECT_NE(failure.message_zh.find(Minute(date)), std::string::npos) << failure.message_zh;
  EXPECT_NE(failure.message_en.find(Minute(date)), std::string::npos) << failure.message_en;
}

TEST(EligibilityPropertyTest, AValidityThatEndsInsideTheWindowAlwaysFailsWithItsDate) {
  RandomWorld world(11);
  for (int round = 0; round < 5'000 && !::testing::Test::HasFailure(); ++round) {
    TeamFacts team = world.Team();
    Need need = world.RandomNeed();
    need.lowest_level = 0;
    const int64_t length = (need.window.end - need.window.start).count();
    const Time end = need.window.end - Duration(1 + length * world.Number(0, 999) / 1000);
    team.capabilities = {{"water_rescue", 1, {need.window.start - std::chrono::hours(1000), end}}};
    team.registration_end = end;
    team.available = {{need.window.start - std::chrono::hours(1000), end}};
    team.weekly.clear();
    ExpectTells(OnlyFailure(team, need, kCapabilityNotValid), end);
    ExpectTells(OnlyFailure(team, need, kRegistrationEnds), end);
    OnlyFailure(team, need, kNotAvailable);
  }
}

TEST(EligibilityPropertyTest, WhatReachesIntoTheWindowAlwaysFailsWithItsDate) {
  RandomWorld world(13);
  for (int round = 0; round < 5'000 && !::testing::Test::HasFailure(); ++round) {
    TeamFacts team = world.Team();
    const Need need = world.RandomNeed();
    const int64_t length = (need.window.end - need.window.start).count();
    const Time inside = need.window.start + Duration(1 + length * world.Number(0, 999) / 1000);
    team.blacklisted_until = inside;
    team.suspended = {need.window.start - std::chrono::hours(20), inside};
    team.booked = {{need.window.start - std::chrono::hours(20), inside}};
    ExpectTells(OnlyFailure(team, need, kBlacklisted), inside);
    ExpectTells(OnlyFailure(team, need, kSuspended), inside);
    ExpectTells(OnlyFailure(team, need, kBooked), inside);
  }
}

/// A team that keeps every rule but for what it has of `team` under that rule alone.
TeamFacts WithOnly(EligibilityRule rule, const TeamFacts& team, const Need& need) {
  TeamFacts alone;
  alone.organization_state = OrganizationState::kApproved;
  alone.works_remotely = true;
  alone.capabilities = {{need.capability, 1, need.window}};
  switch (rule) {
    case kDisbanded:
      alone.disbanded = team.disbanded;
      break;
    case kOrganizationState:
      alone.organization_state = team.organization_state;
      break;
    case kRegistrationEnds:
      alone.registration_end = team.registration_end;
      break;
    case kBlacklisted:
      alone.blacklisted_until = team.blacklisted_until;
      break;
    case kSuspended:
      alone.suspended = team.suspended;
      break;
    case kNoCapability:
    case kLevelTooLow:
    case kCapabilityNotValid:
      alone.capabilities = team.capabilities;
      break;
    case kNotRemote:
      alone.works_remotely = team.works_remotely;
      break;
    case kNotAvailable:
      alone.available = team.available;
      alone.weekly = team.weekly;
      alone.blackouts = team.blackouts;
      break;
    case kBooked:
      alone.booked = team.booked;
      break;
    case kNotRested:
      alone.booked = team.booked;
      alone.last_work_end = team.last_work_end;
      break;
    case kHoursExceeded:
      alone.booked = team.booked;
      alone.worked = team.worked;
      break;
    case kUnknownYet:
    case kNotEnrolled:
    case kMustHave:
      break;
  }
  return alone;
}

/// Three rules look at the same bookings.
bool LooksAtWork(EligibilityRule rule) { return rule == kBooked || rule == kNotRested || rule == kHoursExceeded; }

TEST(EligibilityPropertyTest, TheAnswerIsEveryRuleThatFailsAlone) {
  RandomWorld world(17);
  std::set<EligibilityRule> seen;
  for (int round = 0; round < 20'000; ++round) {
    const TeamFacts team = world.Team();
    const Need need = world.RandomNeed();
    Rules alone;
    for (const EligibilityRuleRow& row : EligibilityRules()) {
      const Rules failing = FailingRules(WithOnly(row.rule, team, need), need);
      if (std::find(failing.begin(), failing.end(), row.rule) != failing.end()) {
        ASSERT_TRUE(failing.size() == 1 || LooksAtWork(row.rule)) << Name(row.rule) << " looks at what is another's";
        alone.push_back(row.rule);
      }
    }
    ASSERT_EQ(FailingRules(team, need), alone) << "round " << round;
    seen.insert(alone.begin(), alone.end());
  }
  const auto shown = std::count_if(EligibilityRules().begin(), EligibilityRules().end(),
                                   [](const EligibilityRuleRow& row) { return row.check != nullptr; });
  EXPECT_EQ(seen.size(), static_cast<size_t>(shown)) << "every rule that facts show has failed";
}

/// A team whose every interval touches the window of the need from the side that is in order, moved by `by` into it.
TeamFacts Touching(const Need& need, Duration by) {
  TeamFacts team;
  team.organization_state = OrganizationState::kApproved;
  team.works_remotely = true;
  const Window covering{need.window.start, need.window.end - by};
  const Window before{need.window.start - std::chrono::hours(5), need.window.start + by};
  const Window after{need.window.end - by, need.window.end + std::chrono::hours(5)};
  team.capabilities = {{need.capability, 1, covering}};
  team.registration_end = covering.end;
  team.available = {covering};
  team.blacklisted_until = before.end;
  team.suspended = by.count() % 2 == 0 ? before : after;
  team.last_work_end = need.window.start - RestLimitsOf(need.capability).least_rest + by;
  return team;
}

TEST(EligibilityPropertyTest, WhatTouchesTheWindowIsInOrderAndAMicrosecondMoreIsNot) {
  RandomWorld world(19);
  const Rules every{kRegistrationEnds, kBlacklisted, kSuspended, kCapabilityNotValid, kNotAvailable, kNotRested};
  for (int round = 0; round < 2'000; ++round) {
    const Need need = world.RandomNeed();
    ASSERT_EQ(FailingRules(Touching(need, Duration(0)), need), Rules{});
    ASSERT_EQ(FailingRules(Touching(need, Duration(1)), need), every);
    ASSERT_EQ(FailingRules(Touching(need, Duration(2)), need), every);
  }
}

TEST(EligibilityPropertyTest, ABookingThatTouchesTheWindowDoesNotOverlapIt) {
  RandomWorld world(23);
  const auto is_booked = [](const TeamFacts& team, const Need& need) {
    const Rules rules = FailingRules(team, need);
    return std::find(rules.begin(), rules.end(), kBooked) != rules.end();
  };
  for (int round = 0; round < 2'000; ++round) {
    const Need need = world.RandomNeed();
    for (const Duration by : {Duration(0), Duration(1)}) {
      TeamFacts before = Touching(need, Duration(0));
      before.booked = {{need.window.start - std::chrono::hours(5), need.window.start + by}};
      ASSERT_EQ(is_booked(before, need), by > Duration(0));
      TeamFacts after = Touching(need, Duration(0));
      after.booked = {{need.window.end - by, need.window.end + std::chrono::hours(5)}};
      ASSERT_EQ(is_booked(after, need), by > Duration(0));
    }
  }
}

/// The most work in a day that holds a part of the window and of other work, the slow way: days that begin on the hour,
/// just before it and just after.
Duration BusiestDayByTrying(const TeamFacts& team, const Window& window, const std::vector<Window>& together) {
  const auto share = [](const Window& time, const Window& day) {
    return std::max(Duration(0), std::min(time.end, day.end) - std::max(time.start, day.start));
  };
  Duration busiest{0};
  for (int step = 0; step < 3 * 24 * 4; ++step) {
    const Time start = window.start + std::chrono::hours(step / 3 - 24) + Duration(step % 3 - 1);
    const Window day{start, start + std::chrono::hours(24)};
    Duration other{0};
    for (const Window& booking : team.booked) other += booking.Overlaps(window) ? Duration(0) : share(booking, day);
    for (const Window& worked : team.worked) other += share(worked, day);
    Duration shifts{0};
    for (const Window& shift : together) shifts += shift == window ? Duration(0) : share(shift, day);
    if (share(window, day) > Duration(0) && other > Duration(0)) {
      busiest = std::max(busiest, share(window, day) + other + shifts);
    }
  }
  return busiest;
}

TEST(EligibilityPropertyTest, TheBusiestDayIsTheBusiestOfAll) {
  RandomWorld world(29);
  int with_work = 0;
  for (int round = 0; round < 20'000; ++round) {
    TeamFacts team;
    for (int i = world.Number(0, 3); i > 0; --i) team.booked.push_back(world.RandomWindow(-60, 100));
    for (int i = world.Number(0, 2); i > 0; --i) team.worked.push_back(world.RandomWindow(-60, 20));
    const Window window = world.RandomWindow(0, 40);
    std::vector<Window> together{window};
    for (int i = world.Number(0, 2); i > 0; --i) together.push_back(world.RandomWindow(40, 80));
    const Duration expected = BusiestDayByTrying(team, window, together);
    ASSERT_EQ(BusiestDay({team.booked, team.worked, team.last_work_end}, window, together), expected)
        << "round " << round;
    with_work += expected > Duration(0) ? 1 : 0;
  }
  EXPECT_GT(with_work, 5'000);
}

}  // namespace
}  // namespace muster
