// Ranking one need by the index against a scan of all teams, in the same run, with the answers compared. Prints one
// JSON object a line: name, figure, reference, unit, ratio, target, met.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/bench/matching_scan.h"
#include "tests/bench/matching_world.h"

namespace muster::bench {
namespace {

double MicrosSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

double Quantile(std::vector<double> values, double share) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// `ratio` is how many times better the figure is than the reference; it must reach `target`.
bool Print(const std::string& name, double figure, double reference, const char* unit, double target) {
  const double ratio = reference / figure;
  const bool met = ratio >= target;
  fmt::print("{}\n", fmt::format(R"({{"name":"{}","figure":{:.3f},"reference":{:.3f},"unit":"{}","ratio":{:.2f},)"
                                 R"("target":{:.2f},"better":"higher","met":{}}})",
                                 name, figure, reference, unit, ratio, target, met));
  return met;
}

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
    auto start = std::chrono::steady_clock::now();
    const matching::Snapshot snapshot = index.Read();
    const auto ranked = snapshot.Rank(queries[i]);
    timings.index.push_back(MicrosSince(start));
    if (i % 10 == 0) {
      start = std::chrono::steady_clock::now();
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
    const auto start = std::chrono::steady_clock::now();
    index.Put(std::move(change));
    times.push_back(MicrosSince(start));
  }
  return times;
}

int Run(size_t cities) {
  const std::vector<matching::TeamRecord> teams = MakeWorld(cities, 1);
  const std::vector<matching::RankQuery> queries = MakeQueries(cities, 10'000, 2);
  const PackedScan scan(teams);
  matching::TeamIndex index;
  std::vector<matching::TeamRecord> copy = teams;
  const auto start = std::chrono::steady_clock::now();
  index.Load(std::move(copy));
  const double load = MicrosSince(start) / 1000;
  const Timings timings = RankAll(index, scan, queries);
  const std::vector<double> updates = UpdateSome(index, teams, 5000);
  const std::string world = fmt::format("world x{}", cities);
  bool met = Print("ranking, p50, against the linear scan, " + world, Quantile(timings.index, 0.5),
                   Quantile(timings.scan, 0.5), "us", 20);
  met = Print("ranking, p99, against the linear scan, " + world, Quantile(timings.index, 0.99),
              Quantile(timings.scan, 0.99), "us", 8) &&
        met;
  met = Print("index ready, against 0.3 s a city, " + world, load, 300.0 * static_cast<double>(cities), "ms", 1) && met;
  met = Print("one team's change, p50, against 6 us, " + world, Quantile(updates, 0.5), 6, "us", 1) && met;
  if (timings.mismatches > 0) {
    std::fprintf(stderr, "%zu rankings differ from the scan's\n", timings.mismatches);
    return 2;
  }
  return met ? 0 : 1;
}

}  // namespace
}  // namespace muster::bench

/// Argument: the number of cities, 1 by default. Exit status: 1 where a target is missed, 2 where an answer is wrong.
int main(int argc, char** argv) {
  return muster::bench::Run(argc > 1 ? static_cast<size_t>(std::max(1, std::atoi(argv[1]))) : 1);
}
