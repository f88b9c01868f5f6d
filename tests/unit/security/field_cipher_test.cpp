#include "muster/security/field_cipher.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/security/bytes.h"

namespace muster::security {
namespace {

constexpr FieldPlace kPlace{"member", "phone", "member-1", "organization-1"};

TEST(CipherProviderTest, GivesTheCiphertextsOfTheGcmSpecification) {
  const std::unique_ptr<CipherProvider> aes = NewAesGcmProvider();
  const std::string zero_key(32, '\0');
  const std::string zero_nonce(12, '\0');
  std::string out;
  ASSERT_TRUE(aes->Seal(zero_key, zero_nonce, "", "", out));
  EXPECT_EQ(ToHex(out), "530f8afbc74536b9a963b4f1c4cb738b");  // McGrew and Viega, test case 13
  out.clear();
  ASSERT_TRUE(aes->Seal(zero_key, zero_nonce, "", std::string(16, '\0'), out));
  EXPECT_EQ(ToHex(out), "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");  // test case 14

  const std::string key = FromHex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308").value();
  const std::string nonce = FromHex("cafebabefacedbaddecaf888").value();
  const std::string associated = FromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2").value();
  const std::string plain = FromHex(
                                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                                "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
                                .value();
  out.clear();
  ASSERT_TRUE(aes->Seal(key, nonce, associated, plain, out));
  EXPECT_EQ(
      ToHex(out),
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");  // test case 16
  EXPECT_EQ(aes->Open(key, nonce, associated, out), plain);
}

class FieldCipherTest : public testing::Test {
 protected:
  SeededRandom random_{13};
  KeyRing ring_ = KeyRing::Generate(random_);
  FieldCipher cipher_{ring_, random_};
  NewPersonKey person_ = cipher_.CreatePersonKey("member-1").value();
};

TEST_F(FieldCipherTest, ReadsBackWhatItWrote) {
  for (size_t size = 0; size < 300; ++size) {
    const std::string plain = RandomBytes(random_, size);
    const std::string sealed = cipher_.Encrypt(person_.key, kPlace, plain).value();
    const PersonKey key = cipher_.UnwrapPersonKey("member-1", person_.wrapped).value();
    EXPECT_EQ(cipher_.Decrypt(key, kPlace, sealed).value().Reveal(), plain);
    EXPECT_TRUE(size < 8 || sealed.find(plain) == std::string::npos);
  }
}

TEST_F(FieldCipherTest, NeverWritesTheSameBytesTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(seen.insert(cipher_.Encrypt(person_.key, kPlace, "13812345678").value()).second);
  }
}

TEST_F(FieldCipherTest, RefusesACiphertextFromAnotherPlace) {
  const std::string sealed = cipher_.Encrypt(person_.key, kPlace, "13812345678").value();
  for (const FieldPlace& other : {FieldPlace{"team", "phone", "member-1", "organization-1"},
                                  FieldPlace{"member", "name", "member-1", "organization-1"},
                                  FieldPlace{"member", "phone", "member-2", "organization-1"},
                                  FieldPlace{"member", "phone", "member-1", "organization-2"},
                                  FieldPlace{"member", "phone", "member-1organization-1", ""}}) {
    EXPECT_TRUE(HasReason(cipher_.Decrypt(person_.key, other, sealed).status(), Reason::kInternalInvariant));
  }
}

TEST_F(FieldCipherTest, RefusesAnyAlteredByte) {
  const std::string sealed = cipher_.Encrypt(person_.key, kPlace, "13812345678").value();
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(cipher_.Decrypt(person_.key, kPlace, changed).ok()) << i;
    EXPECT_FALSE(cipher_.Decrypt(person_.key, kPlace, sealed.substr(0, i)).ok()) << i;
  }
  for (size_t i = 0; i < person_.wrapped.size(); ++i) {
    std::string changed = person_.wrapped;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(cipher_.UnwrapPersonKey("member-1", changed).ok()) << i;
  }
}

TEST_F(FieldCipherTest, GivesEachPersonAKeyOfTheirOwn) {
  const NewPersonKey other = cipher_.CreatePersonKey("member-2").value();
  EXPECT_FALSE(other.key.bytes() == person_.key.bytes());
  EXPECT_FALSE(cipher_.UnwrapPersonKey("member-2", person_.wrapped).ok());
  const std::string sealed = cipher_.Encrypt(person_.key, kPlace, "x").value();
  EXPECT_FALSE(cipher_.Decrypt(other.key, kPlace, sealed).ok());
}

TEST_F(FieldCipherTest, RotatesTheWrappingKeyWithoutTouchingFields) {
  const std::string sealed = cipher_.Encrypt(person_.key, kPlace, "13812345678").value();
  std::vector<SensitiveText> both{SensitiveText(RandomBytes(random_, 32)), ring_.Current().bytes};
  std::vector<SensitiveText> newest{both[0]};
  const FieldCipher rotating{KeyRing(std::move(both)), random_};
  const FieldCipher rotated{KeyRing(std::move(newest)), random_};

  EXPECT_FALSE(cipher_.NeedsRewrap(person_.wrapped));
  EXPECT_TRUE(rotating.NeedsRewrap(person_.wrapped));
  EXPECT_FALSE(rotated.UnwrapPersonKey("member-1", person_.wrapped).ok()) << "the old key is gone";
  const std::string wrapped = rotating.Rewrap("member-1", person_.wrapped).value();
  EXPECT_FALSE(rotating.NeedsRewrap(wrapped));
  const PersonKey key = rotated.UnwrapPersonKey("member-1", wrapped).value();
  EXPECT_EQ(rotated.Decrypt(key, kPlace, sealed).value().Reveal(), "13812345678");
}

TEST_F(FieldCipherTest, ServesManyThreads) {
  const FieldCipher shared(ring_, SystemRandom());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::string id = "member-" + std::to_string(t);
      for (int i = 0; i < 200; ++i) {
        const NewPersonKey made = shared.CreatePersonKey(id).value();
        const std::string sealed = shared.Encrypt(made.key, kPlace, id).value();
        const PersonKey key = shared.UnwrapPersonKey(id, made.wrapped).value();
        EXPECT_EQ(shared.Decrypt(key, kPlace, sealed).value().Reveal(), id);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace
}  // namespace muster::security
