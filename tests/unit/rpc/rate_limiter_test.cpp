#include "muster/rpc/rate_limiter.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"

namespace muster::rpc {
namespace {

using namespace std::chrono_literals;
using muster::testing::HasReason;

constexpr const char* kDispatch = "muster.dispatch.v1.DispatchService.Dispatch";

Call CallOf(const std::string& account, const std::string& method = kDispatch,
            const std::string& address = "10.0.0.1") {
  Call call;
  call.principal.account_id = AccountId(account);
  call.method = method;
  call.source_address = address;
  return call;
}

class RateLimiterTest : public ::testing::Test {
 protected:
  int Allowed(const Call& call, int tries) {
    int allowed = 0;
    for (int i = 0; i < tries; ++i) {
      allowed += limiter_.Check(call).ok() ? 1 : 0;
    }
    return allowed;
  }
  testing::FakeClock clock_;
  RateLimiter limiter_{RateLimits(), clock_};
};

TEST_F(RateLimiterTest, AllowsABurstAndThenTheRate) {
  EXPECT_EQ(Allowed(CallOf("a"), 100), 20);
  clock_.Advance(10s);
  EXPECT_EQ(Allowed(CallOf("a"), 100), 10) << "one a second";
  clock_.Advance(1h);
  EXPECT_EQ(Allowed(CallOf("a"), 100), 20) << "never more than a burst";
}

TEST_F(RateLimiterTest, SaysWhenToTryAgain) {
  Allowed(CallOf("a"), 20);
  const absl::Status refused = limiter_.Check(CallOf("a"));
  ASSERT_THAT(refused, HasReason(Reason::kRateLimited));
  EXPECT_EQ(GetErrorInfo(refused).metadata.at("retry_after_s"), "1");
}

TEST_F(RateLimiterTest, CountsEachAccountForItself) {
  EXPECT_EQ(Allowed(CallOf("a"), 100), 20);
  EXPECT_EQ(Allowed(CallOf("b"), 100), 20);
}

TEST_F(RateLimiterTest, LeavesOtherMethodsServicesAndTheLocalSocketAlone) {
  EXPECT_EQ(Allowed(CallOf("a", "muster.dispatch.v1.DispatchService.CheckIn"), 1000), 1000);
  EXPECT_EQ(Allowed(CallOf("a", kDispatch, "unix"), 1000), 1000);
  Call service = CallOf("service:notify");
  service.principal.roles = {Role::kService};
  EXPECT_EQ(Allowed(service, 1000), 1000);
}

TEST_F(RateLimiterTest, LimitsAddressesThatGuessAndNotThoseThatKnow) {
  const Call anonymous = CallOf("", "muster.identity.v1.IdentityService.ExchangeKey");
  CallRecord record;
  record.source_address = anonymous.source_address;
  record.code = absl::StatusCode::kOk;
  for (int i = 0; i < 200; ++i) {
    ASSERT_OK(limiter_.Check(anonymous));
    limiter_.OnEnd(record);
  }
  EXPECT_EQ(Allowed(anonymous, 100), 30);
  EXPECT_EQ(Allowed(CallOf("", anonymous.method, "10.0.0.2"), 100), 30);
}

TEST_F(RateLimiterTest, HoldsABoundedNumberOfBuckets) {
  RateLimits limits;
  limits.max_buckets = 100;
  RateLimiter limiter(limits, clock_);
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_OK(limiter.Check(CallOf("", kDispatch, "10.1." + std::to_string(i))));
  }
  clock_.Advance(11min);
  EXPECT_OK(limiter.Check(CallOf("", kDispatch, "10.0.0.9")));
}

}  // namespace
}  // namespace muster::rpc
