#include "muster/domain/mode.h"

#include <gtest/gtest.h>

#include <string>

namespace muster {
namespace {

TEST(ModeTest, NamesAreReadBack) {
  for (const Mode mode : {Mode::kReal, Mode::kDrill, Mode::kTest}) {
    EXPECT_EQ(ModeFromName(Name(mode)), mode);
  }
  EXPECT_EQ(Name(Mode::kReal), "real");
  EXPECT_EQ(Name(Mode::kDrill), "drill");
  EXPECT_EQ(Name(Mode::kTest), "test");
}

TEST(ModeTest, KnowsNoOtherNames) {
  for (const std::string name : {"", "Real", "real ", "exercise", "realdrill"}) {
    EXPECT_EQ(ModeFromName(name), std::nullopt) << name;
  }
}

TEST(ModeTest, MarksTextsOfDrillsOnly) {
  EXPECT_EQ(TextMarkZh(Mode::kDrill), "【演练】");
  EXPECT_EQ(TextMarkEn(Mode::kDrill), "[EXERCISE] ");
  for (const Mode mode : {Mode::kReal, Mode::kTest}) {
    EXPECT_EQ(TextMarkZh(mode), "");
    EXPECT_EQ(TextMarkEn(mode), "");
  }
}

}  // namespace
}  // namespace muster
