// Mobilizations go on while, at random moments, something goes wrong with a deployment. Afterwards all is as it was
// acknowledged, once. Settings: MUSTER_CHAOS_ROUNDS, MUSTER_CHAOS_SEED, MUSTER_CHAOS_DEPLOYMENT (one, cluster),
// MUSTER_CHAOS_KINDS (names with commas between).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/scenario/chaos/cluster_victim.h"
#include "tests/scenario/chaos/server_victim.h"
#include "tests/scenario/chaos/strike.h"
#include "tests/scenario/kill/inspector.h"
#include "tests/scenario/kill/play.h"

namespace muster::testing {
namespace {

using ::testing::IsEmpty;

std::string Setting(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

class ChaosTest : public ::testing::Test {
 protected:
  void PlayAndReckon(Victim& victim) {
    const Deployment& deployment = victim.deployment();
    ASSERT_TRUE(victim.StartAll()) << deployment.LogTail();
    const World world = MakeWorld(deployment);
    ASSERT_FALSE(HasFailure());
    Strikes strikes(victim, seed_, Setting("MUSTER_CHAOS_KINDS", ""));
    ASSERT_GT(strikes.size(), 0U);
    EXPECT_GE(PlayUnder(deployment, world, ledger_, rounds_, seed_, std::ref(strikes)), 1);
    const Reckoning reckoning = Reckon(Inspect(deployment, world), ledger_);
    EXPECT_THAT(reckoning.lost, IsEmpty());
    EXPECT_THAT(reckoning.doubled, IsEmpty());
    EXPECT_THAT(reckoning.illegal, IsEmpty());
    EXPECT_THAT(reckoning.unreceipted, IsEmpty());
    ExpectRedisInUse(deployment);
    ExpectVerified(deployment);
    Print(reckoning);
  }

  void Print(const Reckoning& reckoning) const {
    const std::chrono::duration<double> outage = ledger_.longest_wait();
    const size_t illegal = ledger_.illegal().size() + reckoning.illegal.size();
    std::cout << "rounds " << rounds_ << ", acked " << ledger_.acknowledgements() << ", lost " << reckoning.lost.size()
              << ", doubled " << reckoning.doubled.size() << ", illegal " << illegal << ", unreceipted "
              << reckoning.unreceipted.size() << ", longest outage " << outage.count() << " s\n";
  }

  const int rounds_ = std::stoi(Setting("MUSTER_CHAOS_ROUNDS", "25"));
  const unsigned seed_ = static_cast<unsigned>(std::stoul(Setting("MUSTER_CHAOS_SEED", "20261126")));
  Ledger ledger_;
};

TEST_F(ChaosTest, NothingAcknowledgedIsLost) {
  if (Setting("MUSTER_CHAOS_DEPLOYMENT", "cluster") == "one") {
    ServerVictim server;
    return PlayAndReckon(server);
  }
  ClusterVictim cluster;
  PlayAndReckon(cluster);
}

}  // namespace
}  // namespace muster::testing
