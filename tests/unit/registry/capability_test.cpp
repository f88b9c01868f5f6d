#include "services/registry/core/capability.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace muster::registry {
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

}  // namespace
}  // namespace muster::registry
