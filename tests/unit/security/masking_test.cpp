#include "muster/security/masking.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "muster/base/random.h"
#include "muster/base/text.h"

namespace muster::security {
namespace {

long Digits(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

TEST(MaskingTest, ShowsTheFirstCharacterOfAName) {
  EXPECT_EQ(MaskName("张三"), "张**");
  EXPECT_EQ(MaskName("欧阳娜娜"), "欧**");
  EXPECT_EQ(MaskName(" 张三"), "张**");
  EXPECT_EQ(MaskName("Zhang San"), "Z**");
  EXPECT_EQ(MaskName("张"), "张**");
  EXPECT_EQ(MaskName("𠮷野"), "𠮷**");
  EXPECT_EQ(MaskName(""), "");
}

TEST(MaskingTest, ShowsNoDigitOrBrokenByteOfAName) {
  EXPECT_EQ(MaskName("13812345678"), "**");
  EXPECT_EQ(MaskName("１３８"), "**");
  EXPECT_EQ(MaskName("\xe5\xbc"), "**");
  EXPECT_EQ(MaskName("\xff张三"), "**");
  EXPECT_EQ(MaskName("\xe2\x80\x8b张三"), "**") << "zero-width space";
}

TEST(MaskingTest, ShowsAPhoneByItsEnds) {
  EXPECT_EQ(MaskPhone("13812345678"), "138****5678");
  EXPECT_EQ(MaskPhone("+86 138 1234 5678"), "138****5678");
  EXPECT_EQ(MaskPhone("１３８１２３４５６７８"), "138****5678");
  EXPECT_EQ(MaskPhone("051258123456"), "051****3456");
  EXPECT_EQ(MaskPhone("58123456"), "****56");
  EXPECT_EQ(MaskPhone("12345"), "****");
  EXPECT_EQ(MaskPhone("abc"), "****");
  EXPECT_EQ(MaskPhone(""), "");
}

TEST(MaskingTest, ShowsAnIdentityNumberByItsEnds) {
  EXPECT_EQ(MaskIdNumber("110105194912310012"), "110***********12");
  EXPECT_EQ(MaskIdNumber("11010519491231002X"), "110***********2X");
  EXPECT_EQ(MaskIdNumber("11010519491231002x"), "110***********2X");
  EXPECT_EQ(MaskIdNumber("110105491231002"), "110***********02");
  EXPECT_EQ(MaskIdNumber("12345678901234"), "***********");
  EXPECT_EQ(MaskIdNumber(""), "");
}

TEST(MaskingTest, NeverShowsMoreThanItMayWhateverComesIn) {
  SeededRandom random(23);
  constexpr std::string_view kPieces[] = {"1", "9", "x", "X", "张", "１", " ", "-", "+86", "\xef\xbc", "\xff", "😀"};
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (size_t count = random.Next() % 25; count > 0; --count) {
      text += kPieces[random.Next() % std::size(kPieces)];
    }
    const std::string name = MaskName(text);
    const std::string phone = MaskPhone(text);
    const std::string number = MaskIdNumber(text);
    ASSERT_TRUE(IsUtf8(name) && IsUtf8(phone) && IsUtf8(number)) << ToHex(text);
    ASSERT_EQ(Digits(name), 0);
    ASSERT_LE(CodePointCount(name), 3U);
    ASSERT_LE(Digits(phone), 7);
    ASSERT_LE(phone.size(), 11U);
    ASSERT_LE(Digits(number), 5);
    ASSERT_LE(number.size(), 16U);
  }
}

}  // namespace
}  // namespace muster::security
