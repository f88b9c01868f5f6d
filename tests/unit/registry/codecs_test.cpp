#include "services/registry/store/codecs.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace muster::registry {
namespace {

TEST(CodecsTest, LocationsComeBackExactly) {
  const Location fixed{{31.384600000000001, -120.98100000000001}, 0, {}, true};
  EXPECT_EQ(LocationFromText(LocationToText(fixed)), fixed);
  const Location seen{{-0.1, 1e-7}, 12.5, FromMicros(1'767'225'600'000'001), false};
  EXPECT_EQ(LocationFromText(LocationToText(seen)), seen);
}

TEST(CodecsTest, EqualLocationsHaveEqualTexts) {
  EXPECT_EQ(LocationToText({{31.5, 120.25}, 0, {}, false}), "31.5,120.25,0,-,0");
}

TEST(CodecsTest, WindowsComeBackExactly) {
  const Window window{FromMicros(-5), FromMicros(1'767'225'600'000'001)};
  EXPECT_EQ(WindowFromText(WindowToText(window)), window);
}

TEST(CodecsTest, ReferencesMayHoldAnything) {
  const std::vector<ExternalReference> references{{"cap", "a \"b\" , c"}, {"市12345", "[1]"}};
  EXPECT_EQ(ReferencesFromText(ReferencesToText(references)), references);
  EXPECT_TRUE(ReferencesFromText("").empty());
  EXPECT_TRUE(ReferencesFromText("{broken").empty());
}

TEST(CodecsTest, WordsAreKeptInOrder) {
  const std::vector<std::string> words{"zh-CN", "wuu"};
  EXPECT_EQ(WordsFromText(WordsToText(words)), words);
  EXPECT_TRUE(WordsFromText("").empty());
}

}  // namespace
}  // namespace muster::registry
