#include "services/registry/core/credit_code.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

TEST(CreditCodeTest, AcceptsRealCodesAndComputedOnes) {
  for (const char* code : {"91110000101623741K", "911101066976941872", "91350100M000100Y43", "5132050050990001XG",
                           "52320506MJ0000026R", "53320500MJ50900329"}) {
    EXPECT_EQ(FindCreditCodeFault(code), CreditCodeFault::kNone) << code;
  }
}

TEST(CreditCodeTest, ARemainderOfZeroHasTheCheckCharacterZero) {
  EXPECT_EQ(CreditCodeCheck("51320500500000090"), '0');
  EXPECT_EQ(FindCreditCodeFault("513205005000000900"), CreditCodeFault::kNone);
}

TEST(CreditCodeTest, ARemainderOfOneHasTheLastCharacter) {
  EXPECT_EQ(FindCreditCodeFault("51320500500000277Y"), CreditCodeFault::kNone);
}

TEST(CreditCodeTest, FindsEverySingleWrongCharacter) {
  const std::string code = "52320506MJ0000026R";
  for (size_t i = 0; i < code.size(); ++i) {
    std::string wrong = code;
    wrong[i] = wrong[i] == '1' ? '2' : '1';
    EXPECT_NE(FindCreditCodeFault(wrong), CreditCodeFault::kNone) << wrong;
  }
}

TEST(CreditCodeTest, RefusesWhatHasNotTheForm) {
  for (const char* code : {"", "5232050", "52320506MJ0000026R0", "52320506MI0000026R", "5232O506MJ0000026R", "汉字"}) {
    EXPECT_EQ(FindCreditCodeFault(code), CreditCodeFault::kForm) << code;
    EXPECT_THAT(CheckCreditCode(code, true, "organization.credit_code"), HasReason(Reason::kInvalidField));
  }
}

TEST(CreditCodeTest, AWrongCheckIsRefusedUnlessSomeoneVouches) {
  const std::string real_but_failing = "91350211M0000XUF46";
  EXPECT_EQ(FindCreditCodeFault(real_but_failing), CreditCodeFault::kCheck);
  EXPECT_THAT(CheckCreditCode(real_but_failing, false, "organization.credit_code"), HasReason(Reason::kInvalidField));
  EXPECT_OK(CheckCreditCode(real_but_failing, true, "organization.credit_code"));
}

TEST(CreditCodeTest, NormalizesCaseAndBlanks) {
  EXPECT_EQ(NormalizeCreditCode(" 52320506mj0000026r\u3000"), "52320506MJ0000026R");
}

}  // namespace
}  // namespace muster::registry
