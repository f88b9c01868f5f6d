#include "muster/security/text_sealer.h"

#include <gtest/gtest.h>

#include <vector>

#include "muster/domain/reason.h"
#include "muster/security/bytes.h"

namespace muster::security {
namespace {

class TextSealerTest : public testing::Test {
 protected:
  SeededRandom random_{29};
  KeyRing ring_ = KeyRing::Generate(random_);
  TextSealer sealer_{ring_, "stored reply", random_};
};

TEST_F(TextSealerTest, ReadsBackWhatItSealed) {
  for (const size_t size : {0U, 1U, 100U, 100'000U}) {
    const std::string plain = RandomBytes(random_, size);
    EXPECT_EQ(sealer_.Open(sealer_.Seal(plain).value()).value().Reveal(), plain);
  }
  EXPECT_NE(sealer_.Seal("x").value(), sealer_.Seal("x").value());
}

TEST_F(TextSealerTest, RefusesAnyAlteredByte) {
  const std::string sealed = sealer_.Seal("a stored reply").value();
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_TRUE(HasReason(sealer_.Open(changed).status(), Reason::kInternalInvariant)) << i;
    EXPECT_FALSE(sealer_.Open(sealed.substr(0, i)).ok()) << i;
  }
}

TEST_F(TextSealerTest, KeepsPurposesApartAndOldKeysReadable) {
  const std::string sealed = sealer_.Seal("a stored reply").value();
  EXPECT_FALSE(TextSealer(ring_, "page token", random_).Open(sealed).ok());
  std::vector<SensitiveText> both{SensitiveText(RandomBytes(random_, 32)), ring_.Current().bytes};
  EXPECT_EQ(TextSealer(KeyRing(std::move(both)), "stored reply", random_).Open(sealed).value().Reveal(),
            "a stored reply");
}

}  // namespace
}  // namespace muster::security
