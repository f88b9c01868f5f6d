#include "services/cli/output/table.h"

#include <gtest/gtest.h>

#include "services/cli/output/width.h"

namespace muster::cli {
namespace {

TEST(WidthTest, CountsChineseCharactersTwice) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("心理援助"), 8U);
  EXPECT_EQ(DisplayWidth("姑苏区A队"), 9U);
  EXPECT_EQ(DisplayWidth("，"), 2U);
  EXPECT_EQ(DisplayWidth("é"), 1U);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1U);
}

TEST(WidthTest, PadsByColumnsNotBytes) {
  EXPECT_EQ(PadRight("队伍", 6), "队伍  ");
  EXPECT_EQ(PadLeft("7", 3), "  7");
  EXPECT_EQ(PadRight("队伍", 2), "队伍");
}

TEST(WidthTest, CutsBetweenCharacters) {
  EXPECT_EQ(Ellipsize("心理援助队", 10), "心理援助队");
  EXPECT_EQ(Ellipsize("心理援助队", 9), "心理援助…");
  EXPECT_EQ(Ellipsize("心理援助队", 8), "心理援…");
  EXPECT_EQ(DisplayWidth(Ellipsize("心理援助队", 8)), 7U);
}

TEST(TableTest, AlignsColumnsOfMixedScripts) {
  Table table({"队伍", "people", "note"});
  table.AlignRight(1);
  table.Add({"心理援助队", "12", "ready"});
  table.Add({"A", "7"});
  const auto lines = table.Lines(0);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "队伍        people  note");
  EXPECT_EQ(lines[1], "心理援助队      12  ready");
  EXPECT_EQ(lines[2], "A                7  ");
}

TEST(TableTest, KeepsARowOnOneLine) {
  Table table({"text"});
  table.Add({"one\ntwo\tthree"});
  EXPECT_EQ(table.Lines(0)[1], "one two three");
}

TEST(TableTest, FitsTheTerminal) {
  Table table({"a", "text"});
  table.Add({"1", "a long sentence that does not fit"});
  for (const std::string& line : table.Lines(20)) {
    EXPECT_LE(DisplayWidth(line), 20U);
  }
}

TEST(CardTest, LeavesEmptyValuesOut) {
  Card card;
  card.Add("队伍", "A").Add("empty", "").Add("state", "home");
  const auto lines = card.Lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], "队伍   A");
  EXPECT_EQ(lines[1], "state  home");
}

}  // namespace
}  // namespace muster::cli
