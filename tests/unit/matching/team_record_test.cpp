#include "services/matching/core/team_record.h"

#include <gtest/gtest.h>

#include "tests/unit/matching/world.h"

namespace muster::matching {
namespace {

using testing::HoursFromNow;
using testing::HourWindow;
using testing::World;

TEST(TeamRecordTest, TheQuickAnswerIsTheRulesAnswer) {
  World world(40, {.teams = 2000, .capabilities = 3, .troubled = 0.25});
  int eligible = 0;
  int refused = 0;
  for (const TeamRecord& team : world.teams) {
    for (int i = 0; i < 5; ++i) {
      RankQuery query = world.NewQuery();
      query.need.capability = team.facts.capabilities.front().capability;
      const bool quick = IsEligible(team, query.need);
      ASSERT_EQ(quick, FailuresOf(team, query.need).empty());
      ++(quick ? eligible : refused);
    }
  }
  EXPECT_GT(eligible, 500);
  EXPECT_GT(refused, 500);
}

TEST(TeamRecordTest, ADrillNeitherSeesNorBlocksRealBookings) {
  World world(41, {.teams = 1, .troubled = 0});
  TeamRecord team = world.teams.front();
  team.facts.capabilities = {{"first_aid", 2, HourWindow(-100, 100)}};
  TeamNeed need{.capability = "first_aid", .windows = {HourWindow(1, 4)}};
  team.WorkOf(Mode::kReal).booked = {HourWindow(2, 3)};
  EXPECT_FALSE(IsEligible(team, need));
  need.mode = Mode::kDrill;
  EXPECT_TRUE(IsEligible(team, need));
  team.WorkOf(Mode::kReal).booked.clear();
  team.WorkOf(Mode::kDrill).booked = {HourWindow(2, 3)};
  EXPECT_FALSE(IsEligible(team, need));
  need.mode = Mode::kReal;
  EXPECT_TRUE(IsEligible(team, need));
}

TEST(TeamRecordTest, EveryShiftIsCheckedAndEachRuleToldOnce) {
  World world(42, {.teams = 1, .troubled = 0});
  TeamRecord team = world.teams.front();
  team.facts.capabilities = {{"first_aid", 2, HourWindow(-100, 30)}};
  team.WorkOf(Mode::kReal).booked = {HourWindow(12, 13)};
  const TeamNeed need{.capability = "first_aid",
                      .windows = {HourWindow(-12, -9), HourWindow(10, 14), HourWindow(28, 32), HourWindow(40, 44)}};
  const std::vector<RuleFailure> failures = FailuresOf(team, need);
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].rule, EligibilityRule::kBooked);
  EXPECT_EQ(failures[1].rule, EligibilityRule::kCapabilityNotValid);
}

TEST(TeamRecordTest, RestAndTheHoursOfADayCountForAllShifts) {
  World world(44, {.teams = 1, .troubled = 0});
  TeamRecord team = world.teams.front();
  team.facts.capabilities = {{"first_aid", 2, HourWindow(-100, 100)}};
  const TeamNeed need{.capability = "first_aid", .windows = {HourWindow(1, 5), HourWindow(6, 9)}};
  EXPECT_TRUE(IsEligible(team, need));
  team.WorkOf(Mode::kReal).worked = {HourWindow(-13, -10)};
  EXPECT_TRUE(IsEligible(team, need)) << "ten hours";
  team.WorkOf(Mode::kReal).worked = {HourWindow(-14, -10)};
  EXPECT_FALSE(IsEligible(team, need));
  EXPECT_EQ(FailuresOf(team, need).at(0).rule, EligibilityRule::kHoursExceeded);
  team.WorkOf(Mode::kReal).worked.clear();
  team.WorkOf(Mode::kReal).booked = {HourWindow(19, 20)};
  EXPECT_FALSE(IsEligible(team, need));
  EXPECT_EQ(FailuresOf(team, need).at(0).rule, EligibilityRule::kNotRested);
}

TEST(TeamRecordTest, ServesAtItsBestValidLevel) {
  World world(43, {.teams = 1, .troubled = 0});
  TeamRecord team = world.teams.front();
  team.facts.capabilities = {{"first_aid", 1, HourWindow(-100, -50)},
                             {"first_aid", 2, HourWindow(-100, 100)},
                             {"first_aid", 3, HourWindow(-100, 100)},
                             {"rescue", 1, HourWindow(-100, 100)}};
  EXPECT_EQ(ServingLevel(team, {.capability = "first_aid", .lowest_level = 3, .windows = {HourWindow(1, 2)}}), 2);
}

}  // namespace
}  // namespace muster::matching
