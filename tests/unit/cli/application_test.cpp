// What the program says of a command line that is not right, and in its help.

#include "services/cli/app/application.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace muster::cli {
namespace {

struct Said {
  int code = 0;
  std::string text;  ///< on both outputs
};

Said Say(std::vector<std::string> words) {
  words.insert(words.begin(), "muster");
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Said said;
  said.code = RunApplication(static_cast<int>(arguments.size()), arguments.data());
  said.text = testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
  return said;
}

bool Has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(ApplicationTest, UsageErrorsAreChineseInChinese) {
  const Said group = Say({"--lang", "zh", "team"});
  EXPECT_EQ(group.code, 2);
  EXPECT_TRUE(Has(group.text, "还缺命令")) << group.text;
  const Said extra = Say({"--lang", "zh", "team", "show", "x", "too-much"});
  EXPECT_EQ(extra.code, 2);
  EXPECT_TRUE(Has(extra.text, "不认识这些参数：too-much")) << extra.text;
  EXPECT_TRUE(Has(Say({"--lang", "en", "team"}).text, "A subcommand is required"));
}

TEST(ApplicationTest, ANumberOutOfRangeIsToldWithoutThreeHundredDigits) {
  const Said said = Say({"recruitment", "open", "--title-zh", "a", "--title-en", "a", "--from", "now", "--until", "+1h",
                         "--places", "0"});
  EXPECT_EQ(said.code, 2);
  EXPECT_TRUE(Has(said.text, "at least 1")) << said.text;
  EXPECT_LT(said.text.size(), 400U);
}

TEST(ApplicationTest, TheHelpHasChineseHeadings) {
  const Said help = Say({"--lang", "zh", "team", "update", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_TRUE(Has(help.text, "用法")) << help.text;
  EXPECT_TRUE(Has(help.text, "选项")) << help.text;
  EXPECT_FALSE(Has(help.text, "Options:")) << help.text;
  EXPECT_TRUE(Has(help.text, "替换原有的全部能力")) << "an update replaces, and says so";
}

}  // namespace
}  // namespace muster::cli
