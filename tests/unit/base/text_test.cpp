#include "muster/base/text.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

TEST(TextTest, AcceptsWellFormedUtf8Only) {
  EXPECT_TRUE(IsUtf8("苏州 🚒"));
  EXPECT_FALSE(IsUtf8("\xc0\xaf"));          // overlong
  EXPECT_FALSE(IsUtf8("\xed\xa0\x80"));      // surrogate
  EXPECT_FALSE(IsUtf8("\xf4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(IsUtf8("\xe8\x8b"));          // cut off
}

TEST(TextTest, CountsCodePoints) { EXPECT_EQ(CodePointCount("a苏🚒"), 3u); }

TEST(TextTest, FindsCharactersThatNobodyTypes) {
  EXPECT_FALSE(HasIllegalCharacter("第一行\n\tsecond"));
  EXPECT_TRUE(HasIllegalCharacter(std::string_view("a\0b", 3)));
  EXPECT_TRUE(
      HasIllegalCharacter("a\xe2\x80\xae"
                          "b"));                      // right-to-left override
  EXPECT_TRUE(HasIllegalCharacter("a\xe2\x80\x8b"));  // zero-width space
  EXPECT_TRUE(HasIllegalCharacter("a\r\nb"));
}

TEST(TextTest, TrimsAsciiAndFullWidthBlanks) { EXPECT_EQ(TrimBlanks("　 a b 　"), "a b"); }

TEST(TextTest, FormatsTimesBeforeAndAfterTheEpoch) {
  EXPECT_EQ(FormatMicros(1'645'557'742'000'123), "2022-02-22T19:22:22.000123Z");
  EXPECT_EQ(FormatMicros(-1), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace muster
