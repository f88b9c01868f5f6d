#include <gtest/gtest.h>

#include <atomic>

#include "muster/events/breaker.h"
#include "muster/events/bus.h"
#include "muster/events/driver.h"
#include "muster/events/signer.h"

namespace muster::events {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(BreakerTest, OpensAfterFiveFailuresInTenSeconds) {
  Breaker breaker;
  for (int i = 0; i < 4; ++i) {
    breaker.Failed(seconds(i));
  }
  EXPECT_TRUE(breaker.Allow(seconds(4)));
  breaker.Failed(seconds(4));
  EXPECT_FALSE(breaker.Allow(milliseconds(4100)));
}

TEST(BreakerTest, StaysClosedWhenFailuresAreRare) {
  Breaker breaker;
  for (int i = 0; i < 100; ++i) {
    breaker.Failed(seconds(3 * i));
  }
  EXPECT_FALSE(breaker.is_open());
}

TEST(BreakerTest, LetsOneTryThroughEveryTwoSecondsUntilOneSucceeds) {
  Breaker breaker;
  EXPECT_TRUE(breaker.Allow(seconds(1)));
  for (int i = 0; i < 5; ++i) {
    breaker.Failed(seconds(1));
  }
  EXPECT_FALSE(breaker.Allow(milliseconds(2900)));
  EXPECT_TRUE(breaker.Allow(seconds(3)));
  breaker.Failed(seconds(3));
  EXPECT_FALSE(breaker.Allow(milliseconds(4900)));
  EXPECT_TRUE(breaker.Allow(seconds(5)));
  breaker.Succeeded();
  EXPECT_TRUE(breaker.Allow(seconds(5)));
  EXPECT_TRUE(breaker.Allow(seconds(5)));
}

TEST(BreakerTest, OpensOnServerThatAnswersInBetween) {
  Breaker breaker;
  for (int i = 0; i < 4; ++i) {
    breaker.Failed(seconds(i));
    breaker.Succeeded();
  }
  EXPECT_FALSE(breaker.is_open());
  breaker.Failed(seconds(4));
  EXPECT_TRUE(breaker.is_open());
}

TEST(BreakerTest, ForgetsFailuresAfterTenSeconds) {
  Breaker breaker;
  for (int i = 0; i < 5; ++i) {
    breaker.Failed(seconds(i));
  }
  breaker.Succeeded();
  breaker.Failed(seconds(15));
  EXPECT_FALSE(breaker.is_open());
}

TEST(EntryIdTest, ComparesByTimeThenNumber) {
  EXPECT_TRUE(EntryIdLess("9-0", "10-0"));
  EXPECT_TRUE(EntryIdLess("10-9", "10-10"));
  EXPECT_FALSE(EntryIdLess("10-0", "10-0"));
  EXPECT_TRUE(EntryIdLess("", "0-1"));
}

TEST(EventSignerTest, SignsAsRfc4231Says) {
  // RFC 4231, test case 2.
  const EventSigner signer("Jefe");
  const std::string signature = signer.Sign("what do ya want for nothing?");
  EXPECT_EQ(static_cast<unsigned char>(signature[0]), 0x5b);
  EXPECT_EQ(static_cast<unsigned char>(signature[1]), 0xdc);
  EXPECT_EQ(static_cast<unsigned char>(signature[31]), 0x43);
}

TEST(EventSignerTest, SignsWithTheFirstKeyAndBelievesAll) {
  const std::string_view before_change[] = {"old"};
  const std::string_view after_change[] = {"new", "old"};
  const EventSigner changed(after_change);
  EXPECT_TRUE(changed.Verify("payload", EventSigner(before_change).Sign("payload")));
  EXPECT_EQ(changed.Sign("payload"), EventSigner("new").Sign("payload"));
  EXPECT_FALSE(EventSigner("new").Verify("payload", EventSigner("old").Sign("payload"))) << "once the old is removed";
}

TEST(EventSignerTest, RefusesOtherBytesKeysAndLengths) {
  const EventSigner signer("key");
  const std::string signature = signer.Sign("payload");
  EXPECT_TRUE(signer.Verify("payload", signature));
  EXPECT_FALSE(signer.Verify("payloae", signature));
  EXPECT_FALSE(signer.Verify("payload", signature.substr(1)));
  EXPECT_FALSE(signer.Verify("payload", ""));
  EXPECT_FALSE(EventSigner("other").Verify("payload", signature));
}

TEST(StepDriverTest, StepsAtOnceWhenWokenAndEndsInTheMiddleOfASleep) {
  std::atomic<int> steps = 0;
  std::atomic<StepDriver*> self = nullptr;
  std::atomic<bool> is_third = false;
  StepDriver driver("test", SystemClock(), [&](Time) -> Duration {
    if (++steps == 3) {
      is_third = true;
      is_third.notify_all();
    }
    return std::chrono::hours(1);
  });
  while (!is_third) {
    driver.Wake();
  }
  is_third.wait(false);
  driver.Stop();
  const int at_stop = steps;
  driver.Wake();
  EXPECT_EQ(steps, at_stop);
}

TEST(StepDriverTest, StepsAgainAtOnceWhenThereIsNothingToWaitFor) {
  std::atomic<int> steps = 0;
  std::atomic<bool> is_enough = false;
  StepDriver driver("test", SystemClock(), [&](Time) {
    if (++steps == 100) {
      is_enough = true;
      is_enough.notify_all();
    }
    return Duration::zero();
  });
  is_enough.wait(false);
  EXPECT_GE(steps, 100);
}

}  // namespace
}  // namespace muster::events
