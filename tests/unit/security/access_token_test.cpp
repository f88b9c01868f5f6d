#include "muster/security/access_token.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/security/bytes.h"

namespace muster::security {
namespace {

constexpr Time kNow = FromMicros(1'750'000'000'000'000);
using std::chrono::minutes;
using std::chrono::seconds;

Principal Operator() {
  Principal principal;
  principal.account_id = AccountId("0190f7d2-0000-7000-8000-000000000001");
  principal.roles = {Role::kCityOperator, Role::kCivilAffairsOfficer};
  principal.district_path = "3205/320583";
  principal.organization_id = OrganizationId("0190f7d2-0000-7000-8000-0000000000aa");
  principal.incident_grants = {{IncidentId("0190f7d2-0000-7000-8000-0000000000bb"), kNow + minutes(90)}};
  return principal;
}

class AccessTokenTest : public testing::Test {
 protected:
  SeededRandom random_{7};
  KeyRing ring_ = KeyRing::Generate(random_);
  TokenSigner signer_{ring_};
  KeySet keys_{signer_.PublicKeys()};
  std::string token_ = signer_.Sign(Operator(), "key-1", kNow).value();
};

TEST_F(AccessTokenTest, CarriesThePrincipalToTheVerifier) {
  const AccessClaims claims = keys_.VerifyClaims(token_, kNow).value();
  EXPECT_EQ(claims.principal.account_id, Operator().account_id);
  EXPECT_EQ(claims.principal.roles, Operator().roles);
  EXPECT_EQ(claims.principal.district_path, "3205/320583");
  EXPECT_EQ(claims.principal.organization_id, Operator().organization_id);
  ASSERT_EQ(claims.principal.incident_grants.size(), 1U);
  EXPECT_EQ(claims.principal.incident_grants[0].incident_id, Operator().incident_grants[0].incident_id);
  EXPECT_EQ(claims.principal.incident_grants[0].expire_time, kNow + minutes(90));
  EXPECT_EQ(claims.session_id, "key-1");
  EXPECT_EQ(claims.expire_time, kNow + minutes(10));
}

TEST_F(AccessTokenTest, EndsAtItsExpiryEvenWhenCached) {
  EXPECT_TRUE(keys_.Verify(token_, kNow + minutes(10) - Duration(1)).ok());
  EXPECT_TRUE(HasReason(keys_.Verify(token_, kNow + minutes(10)).status(), Reason::kSessionExpired));
  KeySet fresh(signer_.PublicKeys());
  EXPECT_TRUE(HasReason(fresh.Verify(token_, kNow + minutes(10)).status(), Reason::kSessionExpired));
}

TEST_F(AccessTokenTest, IsNotValidBeforeItsTimeBeyondTheSkew) {
  EXPECT_TRUE(keys_.Verify(token_, kNow - seconds(60)).ok());
  EXPECT_TRUE(HasReason(keys_.Verify(token_, kNow - seconds(61)).status(), Reason::kSessionExpired));
}

TEST_F(AccessTokenTest, IsNeverSignedForLongerThanTenMinutes) {
  EXPECT_FALSE(signer_.Sign(Operator(), "key-1", kNow, minutes(10) + Duration(1)).ok());
  EXPECT_FALSE(signer_.Sign(Operator(), "key-1", kNow, Duration(0)).ok());
}

TEST_F(AccessTokenTest, IsRefusedWithAnyCharacterChanged) {
  for (size_t i = 0; i < token_.size(); ++i) {
    std::string changed = token_;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(HasReason(keys_.Verify(changed, kNow).status(), Reason::kAuthRequired)) << i;
  }
}

TEST_F(AccessTokenTest, IsRefusedCutOrLengthened) {
  for (size_t size = 0; size < token_.size(); ++size) {
    EXPECT_TRUE(HasReason(keys_.Verify(token_.substr(0, size), kNow).status(), Reason::kAuthRequired)) << size;
  }
  EXPECT_FALSE(keys_.Verify(token_ + "A", kNow).ok());
  EXPECT_FALSE(keys_.Verify(token_ + ".", kNow).ok());
  EXPECT_FALSE(keys_.Verify(" " + token_, kNow).ok());
  EXPECT_FALSE(keys_.Verify(std::string(1 << 20, 'a'), kNow).ok());
}

TEST_F(AccessTokenTest, IsRefusedFromAnUnknownSigner) {
  const TokenSigner stranger(KeyRing::Generate(random_));
  const std::string token = stranger.Sign(Operator(), "key-1", kNow).value();
  EXPECT_TRUE(HasReason(keys_.Verify(token, kNow).status(), Reason::kAuthRequired));
  EXPECT_EQ(keys_.CachedTokens(), 0U);
}

TEST_F(AccessTokenTest, IsRefusedOnceItsKeyIsGone) {
  ASSERT_TRUE(keys_.Verify(token_, kNow).ok());
  const TokenSigner next(KeyRing::Generate(random_));
  keys_.Replace(next.PublicKeys());
  EXPECT_TRUE(HasReason(keys_.Verify(token_, kNow).status(), Reason::kAuthRequired));
  EXPECT_TRUE(keys_.Verify(next.Sign(Operator(), "key-2", kNow).value(), kNow).ok());
}

TEST_F(AccessTokenTest, OutlivesARotationThatKeepsTheOldKey) {
  std::vector<SensitiveText> keys{SensitiveText(RandomBytes(random_, 32)), ring_.Current().bytes};
  const TokenSigner rotated{KeyRing(std::move(keys))};
  ASSERT_EQ(rotated.PublicKeys().size(), 2U);
  keys_.Replace(rotated.PublicKeys());
  EXPECT_TRUE(keys_.Verify(token_, kNow).ok());
  EXPECT_NE(rotated.Sign(Operator(), "k", kNow).value().substr(0, 12), token_.substr(0, 12));
}

TEST_F(AccessTokenTest, DerivesThePublicKeyOfRfc8032) {
  std::vector<SensitiveText> seed{
      SensitiveText(FromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value())};
  const TokenSigner signer{KeyRing(std::move(seed))};
  EXPECT_EQ(ToHex(signer.PublicKeys()[0].bytes), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

TEST_F(AccessTokenTest, KeepsTheCacheBounded) {
  KeySet small(signer_.PublicKeys(), 16);
  for (int i = 0; i < 200; ++i) {
    const std::string token = signer_.Sign(Operator(), "key-" + std::to_string(i), kNow).value();
    ASSERT_TRUE(small.Verify(token, kNow).ok());
    ASSERT_TRUE(small.Verify(token, kNow).ok());
    ASSERT_LE(small.CachedTokens(), 16U);
  }
  EXPECT_GE(small.CachedTokens(), 8U);
}

TEST_F(AccessTokenTest, RefusesToSignWhatWouldNotFitCallMetadata) {
  Principal principal = Operator();
  principal.incident_grants.assign(100, Operator().incident_grants[0]);
  EXPECT_FALSE(signer_.Sign(principal, "key-1", kNow).ok());
  principal.incident_grants.resize(32);
  EXPECT_TRUE(keys_.Verify(signer_.Sign(principal, "key-1", kNow).value(), kNow).ok());
}

TEST_F(AccessTokenTest, VerifiesWhileKeysAreReplaced) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        EXPECT_TRUE(keys_.Verify(token_, kNow).ok());
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    keys_.Replace(signer_.PublicKeys());
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_F(AccessTokenTest, SpeaksForAService) {
  const std::string token = signer_.Sign(ServicePrincipal("dispatch", "3205"), "internal", kNow).value();
  const Principal principal = keys_.Verify(token, kNow).value();
  EXPECT_EQ(principal.account_id.value(), "service:dispatch");
  EXPECT_TRUE(principal.Has(Role::kService));
  EXPECT_EQ(principal.district_path, "3205");
}

}  // namespace
}  // namespace muster::security
