#include "services/matching/core/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/unit/matching/world.h"

namespace muster::matching {
namespace {

using ::testing::HasSubstr;
using testing::HoursFromNow;
using testing::HourWindow;
using testing::kNow;
using ::testing::Not;
using testing::World;

TeamRecord TeamWithEverything() {
  TeamRecord team;
  team.facts.team_id = TeamId("01980000-0000-7000-8000-000000000001");
  team.facts.organization_state = OrganizationState::kApproved;
  team.facts.headcount = 12;
  team.facts.capabilities = {{"first_aid", 2, HourWindow(-1000, 1000)}};
  team.position = geo::Position{31.39, 120.60};
  team.travel_mode = geo::TravelMode::kVan;
  team.confirmed_time = HoursFromNow(-24 * 5);
  team.history_known = true;
  team.WorkOf(Mode::kReal).last_work_end = HoursFromNow(-62);
  team.WorkOf(Mode::kReal).organization_recent_work = std::chrono::hours(9);
  return team;
}

RankQuery FullQuery() {
  RankQuery query;
  query.need = {.capability = "first_aid",
                .lowest_level = 3,
                .windows = {HourWindow(10, 20)},
                .position = geo::Position{31.30, 120.60},
                .people = 30};
  query.now = kNow;
  return query;
}

TEST(ExplainTest, TellsEveryPartInBothLanguages) {
  TeamIndex index;
  index.Load({TeamWithEverything()});
  const Snapshot snapshot = index.Read();
  const RankQuery query = FullQuery();
  const Explanation explanation = Explain(snapshot, *snapshot.Find(TeamWithEverything().facts.team_id), query);
  ASSERT_TRUE(explanation.refusals.empty());
  EXPECT_EQ(explanation.place, 1U);
  const Text text = TellRank(explanation.ranked, explanation.place, query);
  EXPECT_EQ(
      text.en,
      "No. 1 at a cost of 55 min: 10.0 km away, there in about 34 min by van; level 2 where 3 is needed; "
      "12 people for 30 needed; 3 days of rest before the start; its organization worked 9 h in the last 30 days; "
      "facts confirmed 5 days ago.");
  EXPECT_EQ(text.zh,
            "第1名，综合代价55分钟：距离10.0公里，乘面包车约34分钟到达；能力2级（要求3级）；可出动12人（需30人）；"
            "开始时已休息3天；所属组织近30天已出动9小时；资料5天前更新。");
}

TEST(ExplainTest, APartWithoutInputIsNotTold) {
  TeamRecord team = TeamWithEverything();
  team.position.reset();
  team.confirmed_time.reset();
  team.history_known = false;
  team.WorkOf(Mode::kReal).last_work_end.reset();
  RankQuery query = FullQuery();
  query.need.people = 0;
  TeamIndex index;
  index.Load({team});
  const Snapshot snapshot = index.Read();
  const std::vector<RankedTeam> ranked = snapshot.Rank(query);
  ASSERT_EQ(ranked.size(), 1U);
  EXPECT_EQ(TellParts(ranked[0], query).size(), 1U);
  EXPECT_EQ(TellRank(ranked[0], 1, query).en,
            "No. 1 at a cost of 6 min: level 2 where 3 is needed; its position is unknown, so it stands behind those "
            "whose position is known.");
}

TEST(ExplainTest, NamesEveryRuleAgainstATeam) {
  TeamRecord team = TeamWithEverything();
  team.facts.capabilities[0].level = 4;
  team.WorkOf(Mode::kReal).booked = {HourWindow(12, 14)};
  TeamIndex index;
  index.Load({team});
  const Snapshot snapshot = index.Read();
  const Explanation explanation = Explain(snapshot, *snapshot.Find(team.facts.team_id), FullQuery());
  ASSERT_EQ(explanation.refusals.size(), 2U);
  EXPECT_EQ(explanation.refusals[0].rule, "LEVEL_TOO_LOW");
  EXPECT_EQ(explanation.refusals[1].rule, "BOOKED");
  EXPECT_THAT(explanation.refusals[1].text.en, HasSubstr("booked"));
}

TEST(ExplainTest, ATeamThatIsNotInTheDrillIsToldSo) {
  TeamIndex index;
  index.Load({TeamWithEverything()});
  const Snapshot snapshot = index.Read();
  RankQuery query = FullQuery();
  query.need.mode = Mode::kDrill;
  query.only.emplace();
  const Explanation explanation = Explain(snapshot, *snapshot.Find(TeamWithEverything().facts.team_id), query);
  ASSERT_EQ(explanation.refusals.size(), 1U);
  EXPECT_EQ(explanation.refusals[0].rule, "NOT_ENROLLED");
}

TEST(ExplainTest, ThePlaceIsTheOneInTheRanking) {
  World world(60, {.teams = 400, .capabilities = 2});
  TeamIndex index;
  index.Load(world.teams);
  const Snapshot snapshot = index.Read();
  for (int i = 0; i < 100; ++i) {
    RankQuery query = world.NewQuery();
    query.limit = 10'000;
    query.without.clear();
    query.district_path.clear();
    const std::vector<RankedTeam> ranked = snapshot.Rank(query);
    for (size_t place = 0; place < ranked.size(); place += 7) {
      ASSERT_EQ(Explain(snapshot, *ranked[place].team, query).place, place + 1);
    }
  }
}

TEST(CountObstaclesTest, CountsARuleOnceForATeamWhateverTheShifts) {
  TeamRecord team = TeamWithEverything();
  team.WorkOf(Mode::kReal).booked = {HourWindow(11, 12), HourWindow(35, 36)};
  TeamIndex index;
  index.Load({team});
  RankQuery query = FullQuery();
  query.need.windows = {HourWindow(10, 14), HourWindow(34, 38)};
  const Snapshot snapshot = index.Read();
  const Obstacles obstacles = CountObstacles(snapshot, query);
  EXPECT_EQ(obstacles.examined, 1);
  ASSERT_EQ(obstacles.rules.size(), 1U);
  EXPECT_EQ(obstacles.rules[0].rule, "BOOKED");
  EXPECT_EQ(obstacles.rules[0].teams, 1);
}

TEST(CountObstaclesTest, AgreesWithTheRulesOfEveryTeamAndLooksAtAThousandAtMost) {
  World world(3, {.teams = 1500, .capabilities = 1});
  TeamIndex index;
  index.Load(world.teams);
  RankQuery query = world.NewQuery();
  query.district_path.clear();
  query.only.reset();
  EXPECT_EQ(CountObstacles(index.Read(), query).examined, 1000);
  world.teams.resize(400);
  index.Load(world.teams);
  std::map<std::string, int> expected;
  for (const TeamRecord& team : world.teams) {
    std::set<std::string> rules;
    for (const RuleFailure& failure : FailuresOf(team, query.need)) rules.insert(std::string(Name(failure.rule)));
    for (const std::string& rule : rules) expected[rule] += team.facts.disbanded ? 0 : 1;
  }
  expected.erase("DISBANDED");
  std::map<std::string, int> counted;
  const Snapshot snapshot = index.Read();
  for (const RuleCount& rule : CountObstacles(snapshot, query).rules) counted[rule.rule] = rule.teams;
  expected.erase("NO_CAPABILITY");
  EXPECT_EQ(counted, expected);
  EXPECT_GT(counted.size(), 3U);
}

}  // namespace
}  // namespace muster::matching
