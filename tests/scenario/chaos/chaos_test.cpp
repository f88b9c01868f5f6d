// Mobilizations go on while, at random moments, something of a deployment is killed or stopped. Afterwards all is as it
// was acknowledged, once. Settings: MUSTER_CHAOS_ROUNDS, MUSTER_CHAOS_SEED, MUSTER_CHAOS_DEPLOYMENT (one, cluster).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/scenario/chaos/cluster_strikes.h"
#include "tests/scenario/kill/inspector.h"
#include "tests/scenario/kill/play.h"
#include "tests/scenario/kill/server_strikes.h"

namespace muster::testing {
namespace {

using ::testing::IsEmpty;

std::string Setting(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

class ChaosTest : public ::testing::Test {
 protected:
  void PlayAndReckon(const Deployment& deployment, const Killer::Strike& strike) {
    const World world = MakeWorld(deployment);
    ASSERT_FALSE(HasFailure());
    EXPECT_GE(PlayUnder(deployment, world, ledger_, rounds_, seed_, strike), 1);
    const Reckoning reckoning = Reckon(Inspect(deployment, world), ledger_);
    EXPECT_THAT(reckoning.lost, IsEmpty());
    EXPECT_THAT(reckoning.doubled, IsEmpty());
    EXPECT_THAT(reckoning.illegal, IsEmpty());
    EXPECT_THAT(reckoning.unreceipted, IsEmpty());
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

  const int rounds_ = std::stoi(Setting("MUSTER_CHAOS_ROUNDS", "10"));
  const unsigned seed_ = static_cast<unsigned>(std::stoul(Setting("MUSTER_CHAOS_SEED", "20261126")));
  Ledger ledger_;
};

TEST_F(ChaosTest, NothingAcknowledgedIsLost) {
  if (Setting("MUSTER_CHAOS_DEPLOYMENT", "cluster") == "one") {
    Server server;
    ASSERT_TRUE(server.Start()) << server.LogTail();
    return PlayAndReckon(server, ServerStrikes(server, rounds_));
  }
  const Cluster cluster;
  ASSERT_TRUE(cluster.Start()) << cluster.LogTail();
  PlayAndReckon(cluster, ClusterStrikes(cluster, seed_));
}

}  // namespace
}  // namespace muster::testing
