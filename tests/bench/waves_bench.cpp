// bench_waves [LINES]: the planner of waves in cities whose acceptance is known, beside asking the nearest one by one
// and asking all at once. Prints the table of docs/measurements.md, and its figures as run.sh reads them.

#include <cmath>
#include <cstdlib>

#include "tests/bench/report.h"
#include "tests/bench/wave_world.h"

namespace muster::bench {
namespace {

struct Scene {
  WaveCity city;
  int quantity = 8;
  int candidates = 200;
};

std::vector<Scene> Scenes() {
  return {
      {MakeCity("0.02", 300, {0.02}), 3, 1200},
      {MakeCity("0.1", 200, {0.1}), 8, 500},
      {MakeCity("0.3", 200, {0.3}), 8, 200},
      {MakeCity("0.6", 200, {0.6}), 8, 80},
      {MakeCity("0.02 to 0.6", 200, {0.02, 0.1, 0.3, 0.6}), 8, 300},
  };
}

/// One row: a city, a deadline, a way to ask.
WaveFigures Row(const Scene& scene, int minutes, double probability, Strategy strategy, int lines) {
  static constexpr const char* kNames[] = {"planned", "one by one", "broadcast"};
  WaveSimulator simulator(scene.city, /*seed=*/7);
  simulator.Learn(3000);
  WaveLine line;
  line.quantity = scene.quantity;
  line.candidates = scene.candidates;
  line.deadline = std::chrono::minutes(minutes);
  line.probability = probability;
  const WaveFigures figures = PlayMany(simulator, line, strategy, lines);
  const std::string name =
      strategy == Strategy::kPlanned ? fmt::format("planned, {}", probability) : kNames[static_cast<size_t>(strategy)];
  fmt::print("| {} | {} of {} | {} | {} | {:.3f} | {:.1f} | {:.1f} | {:.1f} |\n", scene.city.name, scene.quantity,
             scene.candidates, minutes, name, figures.filled_share, figures.fill_minutes, figures.asked,
             figures.stood_down);
  std::fflush(stdout);
  return figures;
}

/// Two standard errors of a share that is measured on so many lines.
double SamplingError(double share, int lines) { return 2 * std::sqrt(share * (1 - share) / lines); }

/// The least of (filled share + sampling error) / probability over all cities; prints the table.
double PlayAll(int lines) {
  double least = 2;
  fmt::print(
      "| City: chance to accept | Needed of | Minutes | Asked | Filled in time | Minutes to fill | Asked | Stood down "
      "|\n");
  fmt::print("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
  for (const Scene& scene : Scenes()) {
    for (const int minutes : {15, 40}) {
      for (const double probability : {0.8, 0.95}) {
        const double filled = Row(scene, minutes, probability, Strategy::kPlanned, lines).filled_share;
        least = std::min(least, (filled + SamplingError(probability, lines)) / probability);
      }
      Row(scene, minutes, 0, Strategy::kOneByOne, lines);
      Row(scene, minutes, 0, Strategy::kBroadcast, lines);
    }
  }
  return least;
}

/// The small cases: the most that the planner asks to the optimum of its kind, and to that of any kind where there is
/// more than one wave; and the least filled chance to the probability.
void CompareWithOptimum() {
  double to_best = 0;
  double to_any = 0;
  double filled = 2;
  for (const double probability : {0.9, 0.95}) {
    for (const double chance : {0.02, 0.1, 0.3, 0.6}) {
      for (const int quantity : {1, 2, 4, 8}) {
        for (const int waves : {1, 2, 3}) {
          if (quantity / chance > 100) {
            continue;
          }
          const SmallCase small{quantity, chance, waves, probability};
          const SmallResult planned = Planned(small);
          to_best = std::max(to_best, planned.asked / Optimum(small, false));
          to_any = std::max(to_any, waves > 1 ? planned.asked / Optimum(small, true) : 0);
          filled = std::min(filled, planned.filled / probability);
        }
      }
    }
  }
  Report("waves_small_invitations_to_optimum", to_best, 1, "x", Wanted::kAtMost, 1.15);
  Report("waves_small_invitations_to_bound_of_any_way", to_any, 1, "x", Wanted::kAtMost, 1.15);
  Report("waves_small_filled_to_probability", filled, 1, "x", Wanted::kAtLeast, 1);
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
  using namespace muster::bench;
  const int lines = argc > 1 ? std::max(1, std::atoi(argv[1])) : 400;
  const double least = PlayAll(lines);
  Report("waves_filled_with_sampling_error_to_probability", least, 1, "x", Wanted::kAtLeast, 1);
  CompareWithOptimum();
  return 0;
}
