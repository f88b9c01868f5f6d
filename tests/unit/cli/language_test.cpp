#include "services/cli/app/language.h"

#include <gtest/gtest.h>

#include <vector>

namespace muster::cli {
namespace {

Language Detect(std::vector<const char*> arguments, Environment environment) {
  arguments.insert(arguments.begin(), "muster");
  return DetectLanguage(static_cast<int>(arguments.size()), arguments.data(), environment);
}

std::string_view Nothing(const char*) { return {}; }
std::string_view ChineseLang(const char* name) { return std::string_view(name) == "LANG" ? "zh_CN.UTF-8" : ""; }
std::string_view ChineseLangEnglishAll(const char* name) {
  return std::string_view(name) == "LANG" ? "zh_CN.UTF-8" : std::string_view(name) == "LC_ALL" ? "en_US.UTF-8" : "";
}

TEST(LanguageTest, FollowsTheEnvironment) {
  EXPECT_EQ(Detect({}, Nothing), Language::kEnglish);
  EXPECT_EQ(Detect({}, ChineseLang), Language::kChinese);
  EXPECT_EQ(Detect({}, ChineseLangEnglishAll), Language::kEnglish);
}

TEST(LanguageTest, FollowsTheFlagBeforeTheEnvironment) {
  EXPECT_EQ(Detect({"--lang", "zh"}, Nothing), Language::kChinese);
  EXPECT_EQ(Detect({"--lang=en", "doctor"}, ChineseLang), Language::kEnglish);
  EXPECT_EQ(Detect({"incident", "list", "--lang=zh"}, Nothing), Language::kChinese);
}

TEST(LanguageTest, IsNotMisledByALastFlagWithoutAValue) {
  EXPECT_EQ(Detect({"--lang"}, ChineseLang), Language::kChinese);
  EXPECT_EQ(Detect({"--language"}, ChineseLang), Language::kChinese);
}

}  // namespace
}  // namespace muster::cli
