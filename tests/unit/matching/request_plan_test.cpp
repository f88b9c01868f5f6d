#include "services/matching/core/request_plan.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/unit/matching/world.h"

namespace muster::matching {
namespace {

using testing::HourWindow;
using testing::kNow;
using testing::World;

class RequestPlanTest : public ::testing::Test {
 protected:
  RequestPlanTest() { index_.Load(world_.teams); }

  LineNeed RandomLine() {
    LineNeed line;
    line.query = world_.NewQuery();
    line.query.need.mode = Mode::kReal;
    line.counts_teams = world_.Chance(0.3);
    line.missing = static_cast<int>(line.counts_teams ? 1 + world_.Below(4) : 1 + world_.Below(150));
    line.priority = static_cast<int>(1 + world_.Below(5));
    return line;
  }

  std::vector<LineNeed> RandomLines(size_t count) {
    std::vector<LineNeed> lines;
    for (size_t i = 0; i < count; ++i) {
      lines.push_back(RandomLine());
    }
    return lines;
  }

  World world_{70, {.teams = 800, .capabilities = 4, .troubled = 0.1}};
  TeamIndex index_;
  CoverPlanner planner_;
};

TEST_F(RequestPlanTest, NoTeamIsAskedTwiceAndEachIsEligibleForItsLine) {
  for (int round = 0; round < 25; ++round) {
    const std::vector<LineNeed> lines = RandomLines(1 + world_.Below(15));
    const Snapshot snapshot = index_.Read();
    const auto planned =
        PlanLines(snapshot, lines, planner_, {.reserves = 20, .over_ask_percent = round % 2 == 0 ? 0 : 80});
    std::set<TeamId> used;
    for (size_t i = 0; i < lines.size(); ++i) {
      int amount = 0;
      for (const PlannedTeam& team : planned[i].teams) {
        const TeamRecord& record = *team.ranked.team;
        EXPECT_TRUE(used.insert(record.facts.team_id).second);
        EXPECT_TRUE(FailuresOf(record, lines[i].query.need).empty());
        EXPECT_EQ(snapshot.PlaceOf(lines[i].query, team.ranked), team.place);
        amount += lines[i].counts_teams ? 1 : record.facts.headcount;
      }
      EXPECT_EQ(planned[i].amount, amount);
      EXPECT_LE(planned[i].reserves.size(), 20U);
    }
    for (const PlannedLine& line : planned) {
      for (const PlannedTeam& reserve : line.reserves) {
        EXPECT_EQ(used.count(reserve.ranked.team->facts.team_id), 0U);
      }
    }
  }
}

TEST_F(RequestPlanTest, TheSameLinesGiveTheSamePlan) {
  const std::vector<LineNeed> lines = RandomLines(12);
  const Snapshot snapshot = index_.Read();
  const auto first = PlanLines(snapshot, lines, planner_, {});
  const auto second = PlanLines(snapshot, lines, planner_, {});
  for (size_t i = 0; i < lines.size(); ++i) {
    ASSERT_EQ(first[i].teams.size(), second[i].teams.size());
    for (size_t team = 0; team < first[i].teams.size(); ++team) {
      EXPECT_EQ(first[i].teams[team].ranked.team, second[i].teams[team].ranked.team);
    }
  }
}

TEST_F(RequestPlanTest, ManyLinesAtOnePlaceServeEverybodyThatTheCityCan) {
  // As many lines for one capability at one place as there are teams: short candidate lists would hide the farther
  // teams. All go by car: on foot some would come later than a shortage is worth.
  for (TeamRecord& team : world_.teams) {
    team.travel_mode = geo::TravelMode::kCar;
  }
  index_.Load(world_.teams);
  RankQuery query;
  query.now = kNow;
  query.need.capability = "capability_0";
  query.need.windows = {HourWindow(1000, 1010)};
  query.need.position = geo::Position{31.3, 120.6};
  const Snapshot snapshot = index_.Read();
  query.limit = 10'000;
  const size_t eligible = snapshot.Rank(query).size();
  ASSERT_GT(eligible, 100U);
  std::vector<LineNeed> lines(eligible, LineNeed{query, true, 1, 3});
  size_t asked = 0;
  for (const PlannedLine& line : PlanLines(snapshot, lines, planner_, {.reserves = 0})) {
    asked += line.teams.size();
    EXPECT_EQ(line.shortage, 0);
  }
  EXPECT_EQ(asked, eligible);
}

TEST_F(RequestPlanTest, OverAskingAddsTeamsBeyondTheNeed) {
  LineNeed line = RandomLine();
  line.query.need.capability = "capability_0";
  line.query.need.lowest_level = 0;
  line.query.need.place = Place::kOnSite;
  line.query.need.windows = {HourWindow(1000, 1010)};
  line.query.without.clear();
  line.counts_teams = true;
  line.missing = 4;
  const Snapshot snapshot = index_.Read();
  EXPECT_EQ(PlanLines(snapshot, {line}, planner_, {}).front().amount, 4);
  EXPECT_EQ(PlanLines(snapshot, {line}, planner_, {.over_ask_percent = 150}).front().amount, 10);
}

TEST_F(RequestPlanTest, ALineThatMissesNothingGetsReservesOnly) {
  LineNeed line = RandomLine();
  line.query.need.capability = "capability_0";
  line.query.need.windows = {HourWindow(1000, 1010)};
  line.query.need.lowest_level = 0;
  line.query.need.place = Place::kOnSite;
  line.missing = 0;
  const PlannedLine planned = PlanLines(index_.Read(), {line}, planner_, {}).front();
  EXPECT_TRUE(planned.teams.empty());
  EXPECT_EQ(planned.reserves.size(), 20U);
}

}  // namespace
}  // namespace muster::matching
