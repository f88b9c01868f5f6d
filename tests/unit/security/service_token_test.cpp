#include "muster/security/service_token.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace muster::security {
namespace {

TEST(ServiceTokenTest, IsRenewedInGoodTimeAndAfterAJumpOfTheClock) {
  SeededRandom random(31);
  const TokenSigner signer(KeyRing::Generate(random));
  KeySet keys(signer.PublicKeys());
  testing::FakeClock clock;
  ServiceToken source(signer, ServicePrincipal("matching", "3205"), clock);
  const std::string first = source.Get().value();
  clock.Advance(std::chrono::minutes(5) - Duration(1));
  EXPECT_EQ(source.Get().value(), first);
  clock.Advance(Duration(1));
  EXPECT_NE(source.Get().value(), first);
  for (const int hours : {24, -48}) {
    clock.Jump(std::chrono::hours(hours));
    EXPECT_EQ(keys.Verify(source.Get().value(), clock.Now()).value().account_id.value(), "service:matching");
  }
}

}  // namespace
}  // namespace muster::security
