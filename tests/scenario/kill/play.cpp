#include "tests/scenario/kill/play.h"

#include <gtest/gtest.h>

#include <list>

#include "tests/scenario/kill/device.h"
#include "tests/scenario/kill/mobilizer.h"
#include "tests/scenario/kill/until.h"
#include "tests/scenario/support/program.h"

namespace muster::testing {
namespace {

constexpr unsigned kOperators = 3;

int MobilizeUnder(const Deployment& deployment, const World& world, Ledger& ledger, int rounds, unsigned seed,
                  const Killer::Strike& strike) {
  std::atomic<int> day = 0;
  const Killer killer(rounds, seed, strike);
  std::list<std::thread> operators;
  for (unsigned i = 0; i < kOperators; ++i) {
    operators.emplace_back([&, i] {
      Mobilizer mobilizer(deployment, world, ledger, day, seed + i);
      while (!killer.is_done() && !::testing::Test::HasFailure()) {
        mobilizer.PlayOnce();
      }
    });
  }
  for (std::thread& each : operators) {
    each.join();
  }
  return day;
}

}  // namespace

int PlayUnder(const Deployment& deployment, const World& world, Ledger& ledger, int rounds, unsigned seed,
              const Killer::Strike& strike) {
  std::list<Device> devices;
  for (const Manager& manager : world.managers) {
    devices.emplace_back(deployment, manager, ledger, seed + static_cast<unsigned>(devices.size()));
  }
  const int played = MobilizeUnder(deployment, world, ledger, rounds, seed, strike);
  Until([&] { return Reckoning(deployment, world, ledger).Unrest().empty(); }, std::chrono::seconds(30));
  return played;
}

void ExpectVerified(const Deployment& deployment) {
  const ProgramResult verified = RunMuster(deployment, {"verify"});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  const ProgramResult chains = RunMuster(deployment, {"audit", "verify"});
  EXPECT_EQ(chains.exit_code, 0) << chains.out << chains.err;
}

}  // namespace muster::testing
