#include "services/matching/core/score.h"

#include <gtest/gtest.h>

#include "tests/unit/matching/world.h"

namespace muster::matching {
namespace {

using testing::HoursFromNow;
using testing::HourWindow;
using testing::kNow;
using testing::World;

TeamRecord PlainTeam() {
  TeamRecord team;
  team.facts.team_id = TeamId("01980000-0000-7000-8000-000000000001");
  team.facts.organization_state = OrganizationState::kApproved;
  team.facts.headcount = 10;
  team.facts.capabilities = {{"first_aid", 2, HourWindow(-1000, 1000)}};
  return team;
}

TeamNeed PlainNeed() { return {.capability = "first_aid", .windows = {HourWindow(10, 20)}}; }

TEST(ScoreTest, APartWithoutItsInputIsAbsent) {
  const Score score = ScoreTeam(PlainTeam(), PlainNeed(), {}, kNow);
  EXPECT_FALSE(score.fit || score.travel || score.headcount || score.rest || score.fairness || score.freshness);
  EXPECT_FALSE(score.distance_m || score.travel_time);
  EXPECT_FALSE(score.travel_unknown);
  EXPECT_EQ(score.cost, 0);
}

TEST(ScoreTest, EachPartFollowsItsInput) {
  TeamRecord team = PlainTeam();
  TeamNeed need = PlainNeed();
  need.lowest_level = 4;
  need.people = 40;
  need.position = geo::Position{31.30, 120.60};
  team.position = geo::Position{31.39, 120.60};
  team.confirmed_time = HoursFromNow(-24 * 180);
  team.history_known = true;
  team.WorkOf(Mode::kReal).last_work_end = HoursFromNow(-14);
  team.WorkOf(Mode::kReal).organization_recent_work = std::chrono::hours(48);
  const Score score = ScoreTeam(team, need, {}, kNow);
  EXPECT_DOUBLE_EQ(*score.fit, 12);        // two levels above what is needed
  EXPECT_DOUBLE_EQ(*score.headcount, 15);  // a quarter of the people
  EXPECT_DOUBLE_EQ(*score.rest, 10);       // 24 of 48 hours
  EXPECT_DOUBLE_EQ(*score.fairness, 7.5);
  EXPECT_DOUBLE_EQ(*score.freshness, 5);
  EXPECT_NEAR(*score.distance_m, 10'007, 5);
  EXPECT_NEAR(*score.travel, 5 + 10.007 * 1.4 / 35 * 60, 0.02);  // assembling and the way by car
  EXPECT_DOUBLE_EQ(score.cost, *score.travel + 12 + 15 + 10 + 7.5 + 5);
}

TEST(ScoreTest, TheTeamsOwnTurnoutTimeReplacesTheUsualOne) {
  TeamRecord team = PlainTeam();
  TeamNeed need = PlainNeed();
  team.position = need.position = geo::Position{31.30, 120.60};
  team.turnout = std::chrono::minutes(25);
  EXPECT_DOUBLE_EQ(*ScoreTeam(team, need, {}, kNow).travel, 25);
}

TEST(ScoreTest, NoWorkOnRecordIsFullRestOnlyWhenTheRecordIsKnown) {
  TeamRecord team = PlainTeam();
  EXPECT_FALSE(ScoreTeam(team, PlainNeed(), {}, kNow).rest);
  team.history_known = true;
  EXPECT_EQ(ScoreTeam(team, PlainNeed(), {}, kNow).rest, 0);
}

TEST(ScoreTest, AnUnknownPositionRanksBehindEveryKnownOne) {
  TeamRecord near = PlainTeam();
  TeamRecord unknown = PlainTeam();
  TeamNeed need = PlainNeed();
  need.position = geo::Position{31.3, 120.6};
  near.position = geo::Position{39.9, 116.4};
  const Score far_score = ScoreTeam(near, need, {}, kNow);
  const Score unknown_score = ScoreTeam(unknown, need, {}, kNow);
  EXPECT_LT(unknown_score.cost, far_score.cost);
  EXPECT_TRUE(unknown_score.travel_unknown);
  EXPECT_TRUE(RanksBefore(far_score, TeamId("b"), unknown_score, TeamId("a")));
}

TEST(ScoreTest, RemoteWorkHasNoTravel) {
  TeamRecord team = PlainTeam();
  TeamNeed need = PlainNeed();
  team.position = need.position = geo::Position{31.30, 120.60};
  need.place = Place::kRemote;
  const Score score = ScoreTeam(team, need, {}, kNow);
  EXPECT_FALSE(score.travel || score.distance_m || score.travel_unknown);
}

TEST(ScoreTest, GoingBeyondItsRangeCosts) {
  TeamRecord team = PlainTeam();
  TeamNeed need = PlainNeed();
  need.position = geo::Position{31.30, 120.60};
  team.position = geo::Position{31.39, 120.60};
  const double within = ScoreTeam(team, need, {}, kNow).cost;
  team.range_m = 9'000;
  const Score beyond = ScoreTeam(team, need, {}, kNow);
  EXPECT_TRUE(beyond.beyond_range);
  EXPECT_DOUBLE_EQ(beyond.cost, within + ScorePolicy().beyond_range_minutes);
}

TEST(ScoreTest, NeverFallsWithDistance) {
  World world(50, {.teams = 300});
  for (TeamRecord team : world.teams) {
    RankQuery query = world.NewQuery();
    query.need.position = geo::Position{31.3, 120.6};
    double before = -1;
    for (int step = 0; step < 50; ++step) {
      team.position = geo::Position{31.3 + 0.02 * step, 120.6};
      const double cost = ScoreTeam(team, query.need, {}, kNow).cost;
      ASSERT_GE(cost, before - 1e-9);
      before = cost;
    }
  }
}

}  // namespace
}  // namespace muster::matching
