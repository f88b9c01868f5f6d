#include "muster/security/id_number.h"

#include <gtest/gtest.h>

#include "muster/base/random.h"
#include "muster/domain/reason.h"

namespace muster::security {
namespace {

TEST(IdNumberTest, AcceptsTheExampleOfTheStandard) {
  EXPECT_EQ(NormalizeIdNumber("11010519491231002X").value(), "11010519491231002X");
}

TEST(IdNumberTest, NormalisesWhatPeopleType) {
  EXPECT_EQ(NormalizeIdNumber("11010519491231002x").value(), "11010519491231002X");
  EXPECT_EQ(NormalizeIdNumber(" 110105 19491231 002X ").value(), "11010519491231002X");
  EXPECT_EQ(NormalizeIdNumber("１１０１０５１９４９１２３１００２Ｘ").value(), "11010519491231002X");
}

TEST(IdNumberTest, FindsEverySingleWrongDigit) {
  const std::string number = "11010519491231002X";
  for (size_t i = 0; i < number.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string changed = number;
      changed[i] = digit;
      EXPECT_EQ(NormalizeIdNumber(changed).ok(), changed == number) << changed;
    }
  }
}

TEST(IdNumberTest, FindsNeighboursSwapped) {
  const std::string number = "11010519491231002X";
  for (size_t i = 0; i + 2 < number.size(); ++i) {
    std::string changed = number;
    std::swap(changed[i], changed[i + 1]);
    EXPECT_EQ(NormalizeIdNumber(changed).ok(), changed == number) << changed;
  }
}

TEST(IdNumberTest, RefusesImpossiblePlacesAndDatesWithRightCheckCharacter) {
  EXPECT_FALSE(NormalizeIdNumber("440524188001010014").ok()) << "right check character, born in 1880";
  EXPECT_FALSE(NormalizeIdNumber("110105199002300001").ok()) << "30 February";
  EXPECT_TRUE(NormalizeIdNumber("110105199002280004").ok());
  EXPECT_FALSE(NormalizeIdNumber("000000000000000001").ok());
  EXPECT_FALSE(NormalizeIdNumber("X1010519491231002X").ok());
}

TEST(IdNumberTest, RefusesOtherTextWithoutRepeatingIt) {
  for (const std::string& text : {std::string(), std::string("110105491231002"), std::string("😀😀😀😀"),
                                  std::string(10'240, '1'), std::string("11010519491231002Y")}) {
    const absl::Status status = NormalizeIdNumber(text, "member.id_number").status();
    ASSERT_TRUE(HasReason(status, Reason::kInvalidId)) << text.size();
    EXPECT_EQ(GetErrorInfo(status).field, "member.id_number");
    EXPECT_TRUE(text.empty() || status.ToString().find(text) == std::string::npos);
  }
}

TEST(IdNumberTest, TakesAnyBytesWithoutHarm) {
  SeededRandom random(17);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (size_t size = random.Next() % 24; size > 0; --size) {
      text.push_back(static_cast<char>(random.Next()));
    }
    EXPECT_FALSE(NormalizeIdNumber(text).ok());
  }
}

}  // namespace
}  // namespace muster::security
