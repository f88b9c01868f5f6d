#include "muster/base/id.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

TEST(IdTest, MakesVersionSevenUuidsThatSortByTime) {
  SeededRandom random(1);
  const std::string early = NewUuid(FromMicros(1'700'000'000'000'000), random);
  const std::string late = NewUuid(FromMicros(1'700'000'000'001'000), random);
  EXPECT_TRUE(IsUuid(early));
  EXPECT_EQ(early[14], '7');
  EXPECT_TRUE(early[19] == '8' || early[19] == '9' || early[19] == 'a' || early[19] == 'b');
  EXPECT_LT(early, late);
}

TEST(IdTest, CarriesTheMillisecondInItsFirstTwelveDigits) {
  SeededRandom random(1);
  // RFC 9562, appendix A.6: 0x017F22E279B0 is 2022-02-22T19:22:22Z.
  const std::string id = NewUuid(FromMicros(1'645'557'742'000'000), random);
  EXPECT_EQ(id.substr(0, 13), "017f22e2-79b0");
}

TEST(IdTest, RefusesWhatIsNotAUuid) {
  EXPECT_FALSE(IsUuid(""));
  EXPECT_FALSE(IsUuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398"));
  EXPECT_FALSE(IsUuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398g"));
  EXPECT_FALSE(IsUuid("017f22e2+79b0-7cc3-98c4-dc0c0c07398f"));
}

}  // namespace
}  // namespace muster
