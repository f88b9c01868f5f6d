// musterd and its redis-server are killed at random moments while mobilizations go on. Whoever was cut off sends the
// same call again. Afterwards everything that was acknowledged is there, no team was booked twice, and whatever an
// organization was to be told has reached it, once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/kill/inspector.h"
#include "tests/scenario/kill/play.h"
#include "tests/scenario/kill/server_strikes.h"

namespace muster::testing {
namespace {

using ::testing::IsEmpty;

constexpr int kKills = 30;
constexpr unsigned kSeed = 20261123;

TEST(KillTest, NothingAcknowledgedIsLost) {
  Server server;
  ASSERT_TRUE(server.Start()) << server.LogTail();
  const World world = MakeWorld(server);
  ASSERT_FALSE(HasFailure());

  Ledger ledger;
  EXPECT_GE(PlayUnder(server, world, ledger, kKills, kSeed, ServerStrikes(server, kKills)), 6);
  EXPECT_GE(ledger.acknowledgements(), 300U);

  const Findings found = Inspect(server, world);
  const Reckoning reckoning = Reckon(found, ledger);
  EXPECT_THAT(reckoning.unreceipted, IsEmpty());
  EXPECT_THAT(reckoning.lost, IsEmpty());
  EXPECT_THAT(reckoning.doubled, IsEmpty());
  EXPECT_THAT(reckoning.illegal, IsEmpty());
  ExpectOffersHeard(found, ledger);
  ExpectAllWasPlayed(found, ledger);
  ExpectRedisInUse(server);
  ExpectVerified(server);
  EXPECT_EQ(server.Stop(), 0);
}

}  // namespace
}  // namespace muster::testing
