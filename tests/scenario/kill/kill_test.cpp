// musterd and its redis-server are killed at random moments while mobilizations go on. Whoever was cut off sends the
// same call again. Afterwards everything that was acknowledged is there, no team was booked twice, and whatever an
// organization was to be told has reached it, once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <list>

#include "tests/scenario/kill/device.h"
#include "tests/scenario/kill/killer.h"
#include "tests/scenario/kill/mobilizer.h"
#include "tests/scenario/kill/reckoning.h"

namespace muster::testing {
namespace {

constexpr int kKills = 30;
constexpr unsigned kSeed = 20261123;
constexpr int kOperators = 3;

class KillTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.LogTail(); }

  /// Lets operators play side by side while the killer kills; how many mobilizations they played.
  int PlayUnderKills(const World& world) {
    std::atomic<int> day = 0;
    const Killer killer(server_, kKills, kSeed);
    std::list<std::thread> operators;
    for (int i = 0; i < kOperators; ++i) {
      operators.emplace_back([&, i] {
        Mobilizer mobilizer(server_, world, ledger_, day, kSeed + static_cast<unsigned>(i));
        while (!killer.is_done() && !HasFailure()) {
          mobilizer.PlayOnce();
        }
      });
    }
    for (std::thread& each : operators) {
      each.join();
    }
    return day;
  }

  Server server_;
  Ledger ledger_;
};

TEST_F(KillTest, NothingAcknowledgedIsLost) {
  const World world = MakeWorld(server_);
  ASSERT_FALSE(HasFailure());
  std::list<Device> devices;
  for (const Manager& manager : world.managers) {
    devices.emplace_back(server_, manager, ledger_, kSeed + static_cast<unsigned>(devices.size()));
  }
  EXPECT_GE(PlayUnderKills(world), 6);
  EXPECT_GE(ledger_.acknowledgements(), 300U);

  Until([&] { return Reckoning(server_, world, ledger_).Unrest().empty(); }, std::chrono::seconds(30));
  devices.clear();
  const Reckoning reckoning(server_, world, ledger_);
  EXPECT_THAT(reckoning.Unrest(), ::testing::IsEmpty());
  reckoning.ExpectKept();
  reckoning.ExpectOffersHeard();
  reckoning.ExpectNoTeamTwice();
  reckoning.ExpectAllWasPlayed();

  const ProgramResult verified = RunMuster(server_, {"verify"});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  const ProgramResult chains = RunMuster(server_, {"audit", "verify"});
  EXPECT_EQ(chains.exit_code, 0) << chains.out << chains.err;
  EXPECT_EQ(server_.Stop(), 0);
}

}  // namespace
}  // namespace muster::testing
