#include "muster/security/phone.h"

#include <gtest/gtest.h>

#include "muster/base/random.h"
#include "muster/domain/reason.h"

namespace muster::security {
namespace {

std::string Normal(std::string_view text) {
  const auto phone = NormalizePhone(text);
  return phone.ok() ? *phone : "refused";
}

TEST(PhoneTest, BringsMobileNumbersToOneForm) {
  for (const char* text :
       {"13812345678", "138 1234 5678", "138-1234-5678", "+8613812345678", "+86 138 1234 5678", "008613812345678",
        "8613812345678", "（+86）13812345678", "１３８１２３４５６７８", "＋８６　１３８－１２３４－５６７８",
        "\xe3\x80\x80"
        "13812345678 "}) {
    EXPECT_EQ(Normal(text), "13812345678") << text;
  }
}

TEST(PhoneTest, BringsLandlinesToOneForm) {
  for (const char* text : {"0512-58123456", "(0512)58123456", "+86 512 58123456", "+8651258123456", "051258123456"}) {
    EXPECT_EQ(Normal(text), "051258123456") << text;
  }
  EXPECT_EQ(Normal("010-62345678"), "01062345678");
  EXPECT_EQ(Normal("+86 10 6234 5678"), "01062345678");
  EXPECT_EQ(Normal("0376-6234567"), "03766234567");
  EXPECT_EQ(Normal("400-123-4567"), "4001234567");
}

TEST(PhoneTest, KeepsNumbersOfOtherCountries) {
  EXPECT_EQ(Normal("+852 2345 6789"), "+85223456789");
  EXPECT_EQ(Normal("+1 (212) 555-0123"), "+12125550123");
}

TEST(PhoneTest, RefusesWhatIsNoNumber) {
  for (const char* text : {"", " ", "1381234567", "138123456789", "12812345678", "0512-5812345678", "010-6234567",
                           "58123456", "110", "+86", "+8612345", "13812345678a", "138123😀45678", "++8613812345678",
                           "138+12345678", "+0123456789", "+12345678901234567", "13812345678;", "0512-18123456"}) {
    EXPECT_EQ(Normal(text), "refused") << text;
  }
}

TEST(PhoneTest, NamesTheFieldAndNeverTheValue) {
  const absl::Status status = NormalizePhone("1381234567", "member.phone").status();
  ASSERT_TRUE(HasReason(status, Reason::kInvalidPhone));
  EXPECT_EQ(GetErrorInfo(status).field, "member.phone");
  EXPECT_EQ(status.ToString().find("1381234567"), std::string::npos);
  EXPECT_TRUE(HasReason(NormalizePhone(std::string(10'240, '1')).status(), Reason::kInvalidPhone));
}

TEST(PhoneTest, LeavesItsOwnFormUnchanged) {
  SeededRandom random(19);
  constexpr std::string_view kAlphabet = "0123456789+-() 86";
  int accepted = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (size_t size = random.Next() % 18; size > 0; --size) {
      text += kAlphabet[random.Next() % kAlphabet.size()];
    }
    const auto once = NormalizePhone(text);
    if (once.ok()) {
      ++accepted;
      EXPECT_EQ(Normal(*once), *once) << text;
    }
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace muster::security
