#include "tests/scenario/outage/trial.h"

#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <utility>

#include "tests/scenario/kill/inspector.h"
#include "tests/scenario/kill/reckoning.h"
#include "tests/scenario/kill/until.h"
#include "tests/scenario/outage/bus_tail.h"
#include "tests/scenario/outage/listeners.h"

namespace muster::testing {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kWarmUp{3};
constexpr seconds kSettles{30};
constexpr seconds kGivesUp{70};  ///< longer than a call is repeated

/// The processors' time since the start of the machine: all of it, and that without work.
struct ProcessorTime {
  double all = 0;
  double idle = 0;

  static ProcessorTime Now() {
    std::ifstream file("/proc/stat");
    std::string word;
    file >> word;
    std::vector<double> values(8);
    for (double& value : values) {
      file >> value;
    }
    return {std::accumulate(values.begin(), values.end(), 0.0), values[3] + values[4]};
  }
};

}  // namespace

Trial::Trial(const Deployment& deployment, const Plan& plan) {
  const Town town = MakeTown(deployment, plan.mix.rate, ledger_, plan.town);
  Play(deployment, plan, town);
  Reckoning reckoning = Reckon(Inspect(deployment, town.world), ledger_);
  lost_ = std::move(reckoning.lost);
  doubled_ = std::move(reckoning.doubled);
}

void Trial::Play(const Deployment& deployment, const Plan& plan, const Town& town) {
  Agenda agenda;
  Caller caller(deployment, agenda);
  Load load(town, plan.mix, caller, agenda, ledger_, figures_);
  const Listeners listeners(deployment, town.world, load);
  EXPECT_TRUE(Until([&] { return listeners.AllListen(); }, kSettles));
  load.Start();
  std::this_thread::sleep_for(kWarmUp);

  figures_.Open();
  const ProcessorTime start = ProcessorTime::Now();
  std::this_thread::sleep_for(plan.before);
  const ProcessorTime end = ProcessorTime::Now();
  busy_ = 1 - (end.idle - start.idle) / (end.all - start.all);

  figures_.Struck();
  plan.strike(plan.length, figures_);
  figures_.Mended();
  const SteadyTime mended = steady_clock::now();
  AwaitDrained(deployment);
  std::this_thread::sleep_until(mended + plan.after);

  load.Stop();
  EXPECT_TRUE(Until([&] { return caller.running() == 0; }, kGivesUp)) << caller.running() << " calls have no answer";
  Until([&] { return figures_.Unheard(SteadyTime::max()) == 0; }, kSettles);
  unheard_ = figures_.Unheard(SteadyTime::max());
  EXPECT_TRUE(Until([&] { return caller.running() == 0; }, kGivesUp)) << "receipts have no answer";
  agenda.Stop();
}

void Trial::AwaitDrained(const Deployment& deployment) {
  const SteadyTime mended = steady_clock::now();
  backlog_ = figures_.Unheard(mended);
  const std::string last = figures_.LastCommitted(mended);
  BusTail bus(deployment);
  if (Until([&] { return figures_.Unheard(mended) == 0 && bus.Has(last); }, kSettles)) {
    drained_ = steady_clock::now() - mended;
  }
}

size_t Trial::failures() const {
  size_t failures = 0;
  for (const Phase phase : kPhases) {
    failures += figures_.Failures(phase);
  }
  return failures;
}

}  // namespace muster::testing
