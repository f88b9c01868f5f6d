#include "services/matching/core/team_index.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "services/matching/core/linear_scan.h"
#include "tests/unit/matching/world.h"

namespace muster::matching {
namespace {

using testing::HourWindow;
using testing::kNow;
using testing::World;
using testing::WorldOptions;

std::vector<std::string> Ids(const std::vector<RankedTeam>& ranked) {
  std::vector<std::string> ids;
  for (const RankedTeam& team : ranked) {
    ids.push_back(team.team->facts.team_id.value());
  }
  return ids;
}

/// Random needs whose ranking by the index and by the scan are compared; returns how many had a result.
size_t Compare(World& world, const TeamIndex& index, int queries) {
  size_t answered = 0;
  for (int i = 0; i < queries; ++i) {
    const RankQuery query = world.NewQuery();
    const Snapshot snapshot = index.Read();
    const std::vector<RankedTeam> ranked = snapshot.Rank(query);
    const std::vector<RankedTeam> scanned = RankByScan(world.teams, query);
    EXPECT_EQ(Ids(ranked), Ids(scanned)) << "query " << i;
    if (::testing::Test::HasFailure()) {
      return answered;
    }
    for (size_t place = 0; place < ranked.size(); ++place) {
      EXPECT_EQ(ranked[place].score.cost, scanned[place].score.cost);
    }
    if (!ranked.empty()) {
      const size_t place = world.Below(ranked.size());
      EXPECT_EQ(snapshot.PlaceOf(query, ranked[place]), place + 1);
      ++answered;
    }
  }
  return answered;
}

void ChangeRandomly(World& world, TeamIndex& index) {
  const size_t which = world.Below(world.teams.size());
  if (world.Chance(0.1)) {
    const TeamId id = world.teams[which].facts.team_id;
    world.teams.erase(world.teams.begin() + static_cast<std::ptrdiff_t>(which));
    index.Erase(std::span(&id, 1));
  } else if (world.Chance(0.15)) {
    world.teams.push_back(world.NewTeam());
    index.Put({world.teams.back()});
  } else {
    world.teams[which] = world.Changed(world.teams[which]);
    index.Put({world.teams[which]});
  }
}

TEST(TeamIndexTest, RanksNobodyWhenItIsEmpty) {
  World world(1, {.teams = 0});
  const TeamIndex index;
  EXPECT_TRUE(index.Read().Rank(world.NewQuery()).empty());
  EXPECT_EQ(index.Read().team_count(), 0U);
  EXPECT_EQ(index.Read().Find(TeamId("nobody")), nullptr);
}

TEST(TeamIndexTest, AgreesWithTheScanInRandomWorlds) {
  size_t answered = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    World world(seed, {.teams = 50 + 50 * static_cast<size_t>(seed), .capabilities = seed % 2 == 0 ? 3 : 12});
    TeamIndex index;
    index.Load(world.teams);
    answered += Compare(world, index, 150);
  }
  EXPECT_GT(answered, 1000U);
}

TEST(TeamIndexTest, AgreesWithTheScanWhereNothingStandsAgainstTheTeams) {
  World world(5, {.teams = 2000, .capabilities = 2, .troubled = 0, .unplaced = 0});
  TeamIndex index;
  index.Load(world.teams);
  EXPECT_GT(Compare(world, index, 200), 150U);
}

TEST(TeamIndexTest, AgreesWithTheScanAllOverTheEarth) {
  World world(6, {.teams = 2000, .capabilities = 2, .troubled = 0.1, .whole_earth = true});
  TeamIndex index;
  index.Load(world.teams);
  EXPECT_GT(Compare(world, index, 300), 200U);
}

TEST(TeamIndexTest, AgreesWithTheScanWhereAllTeamsStartFromOnePlace) {
  World world(7, {.teams = 1000, .capabilities = 2, .spread_degrees = 0});
  TeamIndex index;
  index.Load(world.teams);
  EXPECT_GT(Compare(world, index, 200), 100U);
}

TEST(TeamIndexTest, AgreesWithTheScanAfterRandomChanges) {
  for (uint64_t seed = 20; seed < 24; ++seed) {
    World world(seed, {.teams = 400, .capabilities = 4});
    TeamIndex index;
    index.Load(world.teams);
    for (int round = 0; round < 40; ++round) {
      for (int i = 0; i < 40; ++i) {
        ChangeRandomly(world, index);
      }
      Compare(world, index, 10);
    }
    EXPECT_EQ(index.Read().team_count(), world.teams.size());
  }
}

TEST(TeamIndexTest, AgreesWithTheScanWhenTeamsArriveOneByOneInOrderOfPlace) {
  World world(30, {.teams = 1500, .capabilities = 2});
  std::sort(world.teams.begin(), world.teams.end(), [](const TeamRecord& a, const TeamRecord& b) {
    return a.position.value_or(geo::Position{}).latitude < b.position.value_or(geo::Position{}).latitude;
  });
  TeamIndex index;
  for (const TeamRecord& team : world.teams) {
    index.Put({team});
  }
  Compare(world, index, 100);
}

TEST(TeamIndexTest, CountsHoldersWhetherEligibleOrNot) {
  World world(8, {.teams = 300, .capabilities = 3});
  TeamIndex index;
  index.Load(world.teams);
  size_t holders = 0;
  for (const TeamRecord& team : world.teams) {
    const auto& held = team.facts.capabilities;
    holders += !team.facts.disbanded && std::any_of(held.begin(), held.end(), [](const HeldCapability& one) {
      return one.capability == "capability_1";
    });
  }
  EXPECT_EQ(index.Read().CountHolders("capability_1"), holders);
  EXPECT_EQ(index.Read().CountHolders("unheard_of"), 0U);
}

TEST(TeamIndexTest, RanksOnlyTheTeamsEnrolledInADrill) {
  World world(9, {.teams = 600, .capabilities = 1, .troubled = 0});
  TeamIndex index;
  index.Load(world.teams);
  RankQuery query = world.NewQuery();
  query.need.mode = Mode::kDrill;
  query.need.lowest_level = 0;
  query.without.clear();
  query.district_path.clear();
  query.only.emplace();
  for (size_t i = 0; i < 30; ++i) {
    query.only->push_back(world.teams[i * 3].facts.team_id);
  }
  const std::vector<RankedTeam> ranked = index.Read().Rank(query);
  EXPECT_FALSE(ranked.empty());
  EXPECT_EQ(Ids(ranked), Ids(RankByScan(world.teams, query)));
}

TEST(TeamIndexTest, ASnapshotShowsOneMomentWhateverChanges) {
  World world(10, {.teams = 500, .capabilities = 2});
  TeamIndex index;
  index.Load(world.teams);
  const Snapshot before = index.Read();
  const std::vector<TeamRecord> teams_before = world.teams;
  for (int i = 0; i < 3000; ++i) {
    ChangeRandomly(world, index);
  }
  for (int i = 0; i < 50; ++i) {
    const RankQuery query = world.NewQuery();
    ASSERT_EQ(Ids(before.Rank(query)), Ids(RankByScan(teams_before, query)));
  }
}

TEST(TeamIndexTest, AChangeOfManyTeamsIsSeenAsAWholeOrNotAtAll) {
  // Every version holds exactly the teams of one generation, each with the generation as its headcount.
  World world(11, {.teams = 300, .capabilities = 1, .troubled = 0, .unplaced = 0});
  TeamIndex index;
  const auto generation = [&](int number) {
    std::vector<TeamRecord> teams = world.teams;
    for (size_t i = 0; i < teams.size(); ++i) {
      teams[i].facts.headcount = number;
      teams[i].position = geo::Position{31.0 + 0.001 * static_cast<double>((i * 7 + static_cast<size_t>(number)) % 300),
                                        120.0 + 0.001 * static_cast<double>((i * 13) % 300)};
    }
    return teams;
  };
  index.Load(generation(1));
  RankQuery query;
  query.need = {.capability = "capability_0", .windows = {HourWindow(1, 2)}, .position = geo::Position{31.1, 120.1}};
  query.now = kNow;
  query.limit = 1000;
  std::atomic<bool> stop = false;
  std::atomic<int> looked = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const Snapshot snapshot = index.Read();
        const std::vector<RankedTeam> ranked = snapshot.Rank(query);
        ASSERT_EQ(ranked.size(), 300U);
        std::set<std::string> ids;
        for (const RankedTeam& team : ranked) {
          ASSERT_EQ(team.team->facts.headcount, ranked.front().team->facts.headcount);
          ids.insert(team.team->facts.team_id.value());
        }
        ASSERT_EQ(ids.size(), 300U);
        ++looked;
      }
    });
  }
  int number = 1;
  while (number < 60 || (looked < 30 && number < 5000)) {
    index.Put(generation(++number));
  }
  stop = true;
  for (std::thread& reader : readers) {
    reader.join();
  }
  EXPECT_GE(looked, 30);
}

/// Everything that an index holds, in the order in which it lies there: the directory, then the trees cell by cell.
std::vector<std::string> Layout(const TeamIndex& index, int capabilities) {
  const Snapshot snapshot = index.Read();
  std::vector<std::string> ids;
  snapshot.ForEach([&](const TeamRecord& team) { ids.push_back(team.facts.team_id.value()); });
  for (int i = 0; i < capabilities; ++i) {
    const std::string capability = "capability_" + std::to_string(i);
    ids.push_back(capability + " " + std::to_string(snapshot.CountHolders(capability)));
    snapshot.ForEachHolder(capability, [&](const TeamRecord& team) {
      ids.push_back(team.facts.team_id.value());
      return true;
    });
  }
  return ids;
}

TEST(TeamIndexTest, IsTheSameOnHoweverManyThreadsItWasLoaded) {
  World world(13, {.teams = 13'000, .capabilities = 9});
  TeamIndex alone;
  alone.Load(world.teams, 1);
  const std::vector<std::string> layout = Layout(alone, 9);
  for (const size_t threads : {2U, 3U, 7U, 0U}) {
    TeamIndex index;
    index.Load(world.teams, threads);
    EXPECT_EQ(index.Read().team_count(), 13'000U);
    EXPECT_TRUE(Layout(index, 9) == layout) << threads;
    for (int i = 0; i < 40; ++i) {
      const RankQuery query = world.NewQuery();
      EXPECT_EQ(Ids(index.Read().Rank(query)), Ids(alone.Read().Rank(query)));
    }
  }
}

TEST(TeamIndexTest, AgreesWithTheScanWhenItWasLoadedInManyParts) {
  World world(14, {.teams = 9000, .capabilities = 9});
  TeamIndex index;
  index.Load(world.teams, 4);
  EXPECT_GT(Compare(world, index, 60), 20U);
}

TEST(TeamIndexTest, ALoadReplacesEverything) {
  World world(15, {.teams = 9000, .capabilities = 3});
  TeamIndex index;
  index.Load(world.teams, 3);
  world.teams.resize(100);
  index.Load(world.teams);
  EXPECT_EQ(index.Read().team_count(), 100U);
  Compare(world, index, 40);
  index.Load({});
  EXPECT_EQ(index.Read().team_count(), 0U);
  EXPECT_TRUE(index.Read().Rank(world.NewQuery()).empty());
}

TEST(TeamIndexTest, KeysOfUuidsAreDistinct) {
  std::set<std::pair<uint64_t, uint64_t>> keys;
  World world(12, {.teams = 2000});
  for (const TeamRecord& team : world.teams) {
    const TeamKey key = KeyOf(team.facts.team_id);
    keys.insert({key.high, key.low});
  }
  EXPECT_EQ(keys.size(), 2000U);
  EXPECT_NE(KeyOf(TeamId("a")), KeyOf(TeamId("b")));
}

}  // namespace
}  // namespace muster::matching
