#include "muster/domain/capability.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "muster/domain/reason.h"

namespace muster {
namespace {

TEST(CapabilityTest, EveryCodeIsUniqueAndNamedInBothLanguages) {
  std::set<std::string_view> codes;
  for (const Capability& capability : Capabilities()) {
    EXPECT_TRUE(codes.insert(capability.code).second) << capability.code;
    EXPECT_FALSE(capability.name_zh.empty());
    EXPECT_FALSE(capability.name_en.empty());
    EXPECT_EQ(capability.name_en.find('\t'), std::string_view::npos);
  }
  EXPECT_GE(codes.size(), 60U);
}

TEST(CapabilityTest, ParentsStandBeforeTheirChildren) {
  std::set<std::string_view> seen;
  for (const Capability& capability : Capabilities()) {
    EXPECT_TRUE(capability.parent.empty() || seen.contains(capability.parent)) << capability.code;
    seen.insert(capability.code);
  }
}

TEST(CapabilityTest, TheFiveRescueSpecialitiesAreGraded) {
  for (const char* code : {"building_collapse", "mountain", "water", "diving", "emergency_medical"}) {
    ASSERT_NE(FindCapability(code), nullptr) << code;
    EXPECT_TRUE(FindCapability(code)->graded);
    EXPECT_EQ(FindCapability(code)->LowestLevel(), 3);
  }
  EXPECT_FALSE(FindCapability("psychological_support")->graded);
  EXPECT_EQ(FindCapability("psychological_support")->LowestLevel(), 4);
}

TEST(CapabilityTest, KnowsTheWidestKindsAsGroupsAndNothingUnknown) {
  EXPECT_TRUE(FindCapability("rescue")->IsGroup());
  EXPECT_FALSE(FindCapability("water")->IsGroup());
  EXPECT_EQ(FindCapability("juggling"), nullptr);
  EXPECT_EQ(FindCapability(""), nullptr);
}

TEST(CapabilityTest, GuessesWhatWasMeantFromSlipsAndFromNamesInBothLanguages) {
  EXPECT_EQ(NearestCapability("pyschological_suport").code, "psychological_support");
  EXPECT_EQ(NearestCapability("goods distribution").code, "goods_distribution");
  EXPECT_EQ(NearestCapability("Water").code, "water");
  EXPECT_EQ(NearestCapability("心理援助").code, "psychological_support");
  EXPECT_EQ(NearestCapability("Crisis hotline").code, "crisis_hotline");
  for (const Capability& capability : Capabilities()) {
    EXPECT_EQ(NearestCapability(capability.code).code == capability.code, !capability.IsGroup()) << capability.code;
  }
  EXPECT_FALSE(NearestCapability("").IsGroup());
}

TEST(CapabilityTest, TakesEveryCodeThatATeamCanHold) {
  for (const Capability& capability : Capabilities()) {
    EXPECT_EQ(CheckCapabilityCode(std::string(capability.code), "f").ok(), !capability.IsGroup()) << capability.code;
  }
}

TEST(CapabilityTest, RefusesAnUnknownCodeAndNamesTheNearest) {
  const ErrorInfo info = GetErrorInfo(CheckCapabilityCode("waterr", "lines[2].capability"));
  EXPECT_EQ(info.reason, Reason::kInvalidField);
  EXPECT_EQ(info.field, "lines[2].capability");
  EXPECT_EQ(info.metadata.at("nearest"), "water");
  EXPECT_EQ(info.message_en,
            "No capability has the code \"waterr\"; the nearest is water. Use a code of the list of capabilities.");
  EXPECT_NE(info.message_zh.find("最接近的是 water"), std::string::npos);
  for (const char* code : {"", " ", "　", "water ", "WATER", "WATERR", "mountain,water"}) {
    EXPECT_TRUE(HasReason(CheckCapabilityCode(code, "f"), Reason::kInvalidField)) << code;
  }
}

TEST(CapabilityTest, RefusesAGroupAndNamesWhatIsInIt) {
  const ErrorInfo info = GetErrorInfo(CheckCapabilityCode("mental_health", "f"));
  EXPECT_EQ(info.reason, Reason::kInvalidField);
  EXPECT_EQ(info.metadata.at("nearest"), "psychological_support");
  const ErrorInfo rescue = GetErrorInfo(CheckCapabilityCode("rescue", "f"));
  EXPECT_NE(rescue.message_en.find("Name one of them: building_collapse, mountain, water"), std::string::npos);
}

}  // namespace
}  // namespace muster
