#include "muster/security/bytes.h"

#include <gtest/gtest.h>

#include "muster/base/text.h"

namespace muster::security {
namespace {

TEST(BytesTest, EncodesTheVectorsOfRfc4648WithoutPadding) {
  EXPECT_EQ(Base64UrlEncode(""), "");
  EXPECT_EQ(Base64UrlEncode("f"), "Zg");
  EXPECT_EQ(Base64UrlEncode("fo"), "Zm8");
  EXPECT_EQ(Base64UrlEncode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64UrlEncode("\xfb\xff"), "-_8");
}

TEST(BytesTest, DecodesWhatItEncodes) {
  SeededRandom random(1);
  for (size_t size = 0; size < 200; ++size) {
    const std::string bytes = RandomBytes(random, size);
    ASSERT_EQ(bytes.size(), size);
    EXPECT_EQ(Base64UrlDecode(Base64UrlEncode(bytes)), bytes);
    EXPECT_EQ(FromHex(ToHex(bytes)), bytes);
  }
}

TEST(BytesTest, RefusesASecondTextForTheSameBytes) {
  EXPECT_FALSE(Base64UrlDecode("Zh").has_value()) << "unused bits set";
  EXPECT_FALSE(Base64UrlDecode("Zg==").has_value()) << "padding";
  EXPECT_FALSE(Base64UrlDecode("Z").has_value());
  EXPECT_FALSE(Base64UrlDecode("Zm 8").has_value());
  EXPECT_FALSE(Base64UrlDecode("+/8").has_value()) << "the other alphabet";
}

TEST(BytesTest, RefusesMalformedHexadecimal) {
  EXPECT_FALSE(FromHex("abc").has_value());
  EXPECT_FALSE(FromHex("zz").has_value());
  EXPECT_EQ(FromHex("Ff00"), std::string("\xff\0", 2));
}

TEST(BytesTest, WipesAndEmpties) {
  std::string secret(100, 's');
  const char* memory = secret.data();
  WipeBytes(secret);
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(memory[50], '\0');
}

}  // namespace
}  // namespace muster::security
