#include "muster/security/confirm_token.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "muster/domain/reason.h"
#include "muster/security/bytes.h"

namespace muster::security {
namespace {

constexpr Time kNow = FromMicros(1'750'000'000'000'000);
using std::chrono::seconds;

ConfirmScope Scope() {
  return {AccountId("account-1"), "muster.dispatch.v1.DispatchService.Dispatch", "request-1", "hash-1", 612};
}

class ConfirmTokenTest : public testing::Test {
 protected:
  SeededRandom random_{11};
  KeyRing ring_ = KeyRing::Generate(random_);
  ConfirmTokens tokens_{ring_};
};

TEST_F(ConfirmTokenTest, ConfirmsItsOwnCallFor120Seconds) {
  const std::string token = tokens_.Issue(Scope(), kNow);
  EXPECT_TRUE(tokens_.IsValid(Scope(), token, kNow));
  EXPECT_TRUE(tokens_.IsValid(Scope(), token, kNow + seconds(120) - Duration(1)));
  EXPECT_FALSE(tokens_.IsValid(Scope(), token, kNow + seconds(120)));
}

TEST_F(ConfirmTokenTest, FitsNoOtherCallerCallBodyOrCount) {
  const std::string token = tokens_.Issue(Scope(), kNow);
  const std::vector<std::function<void(ConfirmScope&)>> changes{
      [](ConfirmScope& s) { s.account_id = AccountId("account-2"); },
      [](ConfirmScope& s) { s.method += "2"; },
      [](ConfirmScope& s) { s.request_id = "request-2"; },
      [](ConfirmScope& s) { s.body_hash = "hash-2"; },
      [](ConfirmScope& s) { s.count = 613; },
      [](ConfirmScope& s) { s.request_id = "request-1h", s.body_hash = "ash-1"; },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    ConfirmScope other = Scope();
    changes[i](other);
    EXPECT_FALSE(tokens_.IsValid(other, token, kNow)) << i;
  }
}

TEST_F(ConfirmTokenTest, IsRefusedAlteredOrFromAnotherKey) {
  const std::string token = tokens_.Issue(Scope(), kNow);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens_.IsValid(Scope(), changed, kNow)) << i;
  }
  EXPECT_FALSE(tokens_.IsValid(Scope(), "", kNow));
  EXPECT_FALSE(tokens_.IsValid(Scope(), ConfirmTokens(KeyRing::Generate(random_)).Issue(Scope(), kNow), kNow));
}

TEST_F(ConfirmTokenTest, AsksWithAFreshTokenUntilItIsGiven) {
  const absl::Status asked = tokens_.Require(Scope(), "", kNow);
  ASSERT_TRUE(HasReason(asked, Reason::kConfirmRequired));
  const ErrorInfo info = GetErrorInfo(asked);
  EXPECT_EQ(info.metadata.at("count"), "612");
  EXPECT_TRUE(tokens_.Require(Scope(), info.metadata.at("confirm_token"), kNow + seconds(60)).ok());
}

}  // namespace
}  // namespace muster::security
