// Ranking one need by the index against a scan of all teams, in the same run, with the answers compared. Prints one
// JSON object a line (report.h).

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/bench/matching_scan.h"
#include "tests/bench/matching_world.h"
#include "tests/bench/report.h"

namespace muster::bench {
namespace {

/// Processor time of this thread: what other programs do meanwhile is not counted.
double ThreadMicros() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double MicrosSince(double start) { return ThreadMicros() - start; }

bool SameTeams(const std::vector<matching::RankedTeam>& a, const std::vector<matching::RankedTeam>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const matching::RankedTeam& one, const matching::RankedTeam& other) {
                      return one.team->facts.team_id == other.team->facts.team_id && one.score.cost == other.score.cost;
                    });
}

struct Timings {
  std::vector<double> index;
  std::vector<double> scan;
  size_t mismatches = 0;
};

Timings RankAll(const matching::TeamIndex& index, const PackedScan& scan,
                const std::vector<matching::RankQuery>& queries) {
  Timings timings;
  for (size_t i = 0; i < queries.size(); ++i) {
    auto start = ThreadMicros();
    const matching::Snapshot snapshot = index.Read();
    const auto ranked = snapshot.Rank(queries[i]);
    timings.index.push_back(MicrosSince(start));
    if (i % 10 == 0) {
      start = ThreadMicros();
      const auto scanned = scan.Rank(queries[i]);
      timings.scan.push_back(MicrosSince(start));
      timings.mismatches += SameTeams(ranked, scanned) ? 0 : 1;
    }
  }
  return timings;
}

/// Times of one team's change, in microseconds.
std::vector<double> UpdateSome(matching::TeamIndex& index, const std::vector<matching::TeamRecord>& teams,
                               size_t count) {
  std::vector<double> times;
  for (size_t i = 0; i < count; ++i) {
    matching::TeamRecord team = teams[i * 7919 % teams.size()];
    team.WorkOf(Mode::kReal).booked.push_back({kNow + std::chrono::hours(100), kNow + std::chrono::hours(101)});
    std::vector<matching::TeamRecord> change;
    change.push_back(std::move(team));
    const auto start = ThreadMicros();
    index.Put(std::move(change));
    times.push_back(MicrosSince(start));
  }
  return times;
}

struct Loading {
  double copy_us = 0;  ///< of the records alone: what any index in memory must at least do
  double load_us = 0;
};

Loading Load(matching::TeamIndex& index, const std::vector<matching::TeamRecord>& teams) {
  Loading loading;
  auto start = ThreadMicros();
  std::vector<matching::TeamRecord> copy = teams;
  loading.copy_us = MicrosSince(start);
  start = ThreadMicros();
  index.Load(std::move(copy));
  loading.load_us = MicrosSince(start);
  return loading;
}

int Run(size_t cities) {
  const std::vector<matching::TeamRecord> teams = MakeWorld(cities, 1);
  const std::vector<matching::RankQuery> queries = MakeQueries(cities, 10'000, 2);
  const PackedScan scan(teams);
  matching::TeamIndex index;
  const Loading loading = Load(index, teams);
  const Timings timings = RankAll(index, scan, queries);
  const std::vector<double> updates = UpdateSome(index, teams, 5000);
  const std::string world = fmt::format(", world x{}", cities);
  Report("matching rank p50 against scan" + world, Quantile(timings.index, 0.5), Quantile(timings.scan, 0.5), "us",
         Wanted::kAtMost, 0.05);
  Report("matching rank p99 against scan" + world, Quantile(timings.index, 0.99), Quantile(timings.scan, 0.99), "us",
         Wanted::kAtMost, 0.065);
  Report("matching load against a copy" + world, loading.load_us, loading.copy_us, "us", Wanted::kAtMost, 10);
  Report("matching change against loading" + world, Quantile(updates, 0.5), loading.load_us, "us", Wanted::kAtMost,
         0.0003);
  if (timings.mismatches > 0) {
    std::fprintf(stderr, "%zu rankings differ from the scan's\n", timings.mismatches);
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace muster::bench

/// Argument: the number of cities, 1 by default. Exit status: 2 where an answer is wrong.
int main(int argc, char** argv) {
  return muster::bench::Run(argc > 1 ? static_cast<size_t>(std::max(1, std::atoi(argv[1]))) : 1);
}
