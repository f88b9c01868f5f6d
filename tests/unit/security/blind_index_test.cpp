#include "muster/security/blind_index.h"

#include <gtest/gtest.h>

#include "muster/base/text.h"
#include "muster/security/hmac.h"

namespace muster::security {
namespace {

TEST(BlindIndexTest, FindsEqualValuesOfOneColumn) {
  SeededRandom random(5);
  const KeyRing ring = KeyRing::Generate(random);
  const BlindIndex index(ring);
  EXPECT_EQ(index.Of("member.phone", "13812345678"), index.Of("member.phone", "13812345678"));
  EXPECT_NE(index.Of("member.phone", "13812345678"), index.Of("member.phone", "13812345679"));
  EXPECT_NE(index.Of("member.phone", "13812345678"), index.Of("organization.phone", "13812345678"));
  EXPECT_NE(index.Of("a", "bc"), index.Of("ab", "c"));
  EXPECT_EQ(index.Of("a", "b").size(), 16U);
  EXPECT_EQ(index.HexOf("a", "b"), ToHex(index.Of("a", "b")));
}

TEST(BlindIndexTest, TellsNothingWithoutItsKey) {
  SeededRandom random(5);
  const BlindIndex one(KeyRing::Generate(random));
  const BlindIndex other(KeyRing::Generate(random));
  EXPECT_NE(one.Of("member.phone", "13812345678"), other.Of("member.phone", "13812345678"));
  EXPECT_NE(one.Of("member.phone", "13812345678"), Sha256("13812345678").substr(0, 16));
}

}  // namespace
}  // namespace muster::security
