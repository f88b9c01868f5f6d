#include "services/gateway/key_exchange.h"

#include <gtest/gtest.h>

#include "muster/domain/reason.h"
#include "muster/identity/v1/identity.pb.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"

namespace muster::gateway {
namespace {

using namespace std::chrono_literals;

/// An identity whose tokens are numbered and live for ten minutes.
class FakeIdentity final : public rpc::Peer {
 public:
  explicit FakeIdentity(const Clock& clock) : clock_(clock) {}
  void Unary(const std::string&, const rpc::Call&, const google::protobuf::Message&,
             google::protobuf::Message* response, std::function<void(absl::Status)> done) override {
    auto& answer = static_cast<identity::v1::ExchangeKeyResponse&>(*response);
    answer.set_access_token("token-" + std::to_string(++exchanges_));
    answer.mutable_expire_time()->set_seconds(ToMicros(clock_.Now() + 10min) / 1'000'000);
    done(absl::OkStatus());
  }
  std::unique_ptr<rpc::StreamHandle> Stream(const std::string&, const rpc::Call&, const google::protobuf::Message&,
                                            std::shared_ptr<rpc::StreamConsumer>) override {
    return nullptr;
  }

 private:
  const Clock& clock_;
  int exchanges_ = 0;
};

class KeyExchangeTest : public ::testing::Test {
 protected:
  std::string Resolve() {
    std::string token;
    keys_.Resolve("mk_good", rpc::Call(), [&](const absl::StatusOr<std::string>& answer) {
      EXPECT_OK(answer);
      token = answer.value_or("");
    });
    return token;
  }

  muster::testing::FakeClock clock_;
  FakeIdentity identity_{clock_};
  KeyExchange keys_{identity_, clock_};
};

TEST_F(KeyExchangeTest, UsesATokenUntilShortlyBeforeItExpires) {
  EXPECT_EQ(Resolve(), "token-1");
  clock_.Advance(9min);
  EXPECT_EQ(Resolve(), "token-1");
  clock_.Advance(30s);
  EXPECT_EQ(Resolve(), "token-2");
}

TEST_F(KeyExchangeTest, ExchangesAgainWhenTheClockStandsBeforeTheIssue) {
  EXPECT_EQ(Resolve(), "token-1");
  clock_.Jump(-1h);
  EXPECT_EQ(Resolve(), "token-2") << "the first counts as issued in the future: everybody refuses it";
  EXPECT_EQ(Resolve(), "token-2");
}

TEST_F(KeyExchangeTest, ExchangesAgainWhenTheClockJumpsPastTheExpiry) {
  EXPECT_EQ(Resolve(), "token-1");
  clock_.Jump(1h);
  EXPECT_EQ(Resolve(), "token-2");
}

TEST_F(KeyExchangeTest, AClockThatIsPutBackDoesNotLengthenTheLifeOfAToken) {
  EXPECT_EQ(Resolve(), "token-1");
  clock_.Advance(9min);
  clock_.Jump(-8min);
  EXPECT_EQ(Resolve(), "token-1");
  clock_.Advance(1min);
  EXPECT_EQ(Resolve(), "token-2");
}

}  // namespace
}  // namespace muster::gateway
