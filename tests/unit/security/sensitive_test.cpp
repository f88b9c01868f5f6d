#include "muster/security/sensitive.h"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

namespace muster::security {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!Streamable<SensitiveText>, "a sensitive value cannot be written to a stream");
static_assert(Streamable<std::string>);
static_assert(!std::is_convertible_v<SensitiveText, std::string>);
static_assert(!std::is_convertible_v<std::string, SensitiveText>);

TEST(SensitiveTest, ShowsItsValueOnlyWhenAsked) {
  const SensitiveText name(std::string("张三"));
  EXPECT_EQ(name.Reveal(), "张三");
  EXPECT_EQ(testing::PrintToString(name), "<sensitive>");
}

TEST(SensitiveTest, LeavesNothingBehindWhenMoved) {
  SensitiveText from(std::string("13812345678"));
  const SensitiveText to(std::move(from));
  EXPECT_EQ(to.Reveal(), "13812345678");
  EXPECT_TRUE(from.Reveal().empty());  // NOLINT(bugprone-use-after-move)
}

TEST(SensitiveTest, ComparesByValue) {
  EXPECT_EQ(SensitiveText(std::string("a")), SensitiveText(std::string("a")));
  EXPECT_FALSE(SensitiveText(std::string("a")) == SensitiveText(std::string("b")));
}

}  // namespace
}  // namespace muster::security
