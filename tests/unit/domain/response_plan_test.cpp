#include "muster/domain/response_plan.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "muster/domain/capability.h"
#include "muster/domain/incident_category.h"

namespace muster {
namespace {

TEST(ResponsePlanTest, EveryLineAsksForSomethingThatTeamsHold) {
  ASSERT_GE(ResponsePlans().size(), 6U) << "the file is read to its end";
  for (const ResponsePlan& plan : ResponsePlans()) {
    EXPECT_NE(FindIncidentCategory(plan.category), nullptr) << plan.code;
    EXPECT_FALSE(plan.lines.empty()) << plan.code;
    for (const ResponsePlanLine& line : plan.lines) {
      const Capability* capability = FindCapability(line.capability);
      ASSERT_NE(capability, nullptr) << plan.code << " " << line.capability;
      EXPECT_FALSE(capability->IsGroup()) << plan.code << " " << line.capability;
      EXPECT_LE(line.lowest_level, capability->LowestLevel());
    }
  }
}

TEST(ResponsePlanTest, AWorseEventNeverAsksForLess) {
  for (const ResponsePlan& plan : ResponsePlans()) {
    for (const ResponsePlanLine& line : plan.lines) {
      for (int level = 1; level < kEventLevels; ++level) {
        EXPECT_GE(line.QuantityAt(level), line.QuantityAt(level + 1)) << plan.code << " " << line.capability;
      }
      EXPECT_GT(line.QuantityAt(1), 0) << plan.code << " " << line.capability;
    }
  }
}

TEST(ResponsePlanTest, TheEventsThatTheCityNamesHaveOne) {
  std::set<std::string> codes;
  for (const ResponsePlan& plan : ResponsePlans()) {
    EXPECT_TRUE(codes.insert(std::string(plan.code)).second) << plan.code;
  }
  for (const char* code : {"flood", "rainstorm", "earthquake", "epidemic", "traffic_accident", "pollution"}) {
    EXPECT_TRUE(codes.contains(code)) << code;
  }
}

TEST(ResponsePlanTest, IsThatOfTheNearestCategoryAbove) {
  EXPECT_EQ(FindResponsePlan("10202")->code, "rainstorm");
  EXPECT_EQ(FindResponsePlan("10102")->code, "flood") << "waterlogging is a flood";
  EXPECT_EQ(FindResponsePlan("10203")->code, "natural_disaster") << "snow has none of its own";
  EXPECT_EQ(FindResponsePlan("20403")->code, "pollution");
  EXPECT_EQ(FindResponsePlan("40100"), nullptr);
  EXPECT_EQ(FindResponsePlan(""), nullptr);
}

}  // namespace
}  // namespace muster
