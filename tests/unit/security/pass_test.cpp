#include "muster/security/pass.h"

#include <gtest/gtest.h>

#include "muster/domain/reason.h"
#include "tests/support/status_matchers.h"

namespace muster::security {
namespace {

using muster::testing::HasReason;

constexpr Time kStart = FromMicros(1'767'225'600'000'000);  // 2026-01-01T00:00:00Z
constexpr Time kEnd = kStart + std::chrono::hours(12);

Pass APass() {
  return {"K7QX-2M4P", OrganizationId("org"), 12, kStart, kEnd, IncidentId("inc"), "3205/320583", Mode::kDrill};
}

class PassTest : public ::testing::Test {
 protected:
  absl::StatusOr<Pass> Check(const std::string& text, Time now = kStart) {
    return CheckPass(text, signer_.PublicKeys(), now);
  }
  const KeyRing ring_ = KeyRing::Generate(SystemRandom());
  const PassSigner signer_{ring_};
};

TEST_F(PassTest, SaysWhatWasSigned) { EXPECT_EQ(Check(signer_.Sign(APass())).value(), APass()); }

TEST_F(PassTest, FitsAQrCode) { EXPECT_LT(signer_.Sign(APass()).size(), 400U); }

TEST_F(PassTest, HoldsFromItsStartUntilItsEnd) {
  const std::string text = signer_.Sign(APass());
  EXPECT_OK(Check(text, kEnd - Duration(1)));
  for (const Time now : {kStart - Duration(1), kEnd}) {
    const absl::Status refused = Check(text, now).status();
    ASSERT_THAT(refused, HasReason(Reason::kExpired));
    EXPECT_EQ(GetErrorInfo(refused).metadata.at("end"), "2026-01-01T12:00:00.000000Z");
  }
}

TEST_F(PassTest, AnyChangedCharacterMakesItNoPass) {
  const std::string text = signer_.Sign(APass());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string forged = text;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(Check(forged), HasReason(Reason::kInvalidField)) << i;
    EXPECT_THAT(Check(text.substr(0, i)), HasReason(Reason::kInvalidField)) << i;
  }
  EXPECT_THAT(Check(text + "A"), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Check(std::string(kMaxPassSize + 1, 'a')), HasReason(Reason::kInvalidField));
}

TEST_F(PassTest, AKeyOfOthersSignsNothingHere) {
  const PassSigner other(KeyRing::Generate(SystemRandom()));
  EXPECT_THAT(Check(other.Sign(APass())), HasReason(Reason::kInvalidField));
  PublicKey renamed = other.PublicKeys()[0];
  renamed.id = signer_.PublicKeys()[0].id;
  EXPECT_THAT(CheckPass(signer_.Sign(APass()), {renamed}, kStart), HasReason(Reason::kInvalidField));
  EXPECT_THAT(CheckPass(signer_.Sign(APass()), {}, kStart), HasReason(Reason::kInvalidField));
}

TEST_F(PassTest, WhatAnOlderKeySignedStillHolds) {
  std::vector<SensitiveText> keys;
  keys.emplace_back(std::string(32, 'n'));
  keys.emplace_back(std::string(ring_.Current().bytes.Reveal()));
  const PassSigner rotated{KeyRing(std::move(keys))};
  ASSERT_EQ(rotated.PublicKeys().size(), 2U);
  EXPECT_OK(CheckPass(signer_.Sign(APass()), rotated.PublicKeys(), kStart));
  EXPECT_THAT(Check(rotated.Sign(APass())), HasReason(Reason::kInvalidField)) << "the new one signs";
}

}  // namespace
}  // namespace muster::security
