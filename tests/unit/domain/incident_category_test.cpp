#include "muster/domain/incident_category.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace muster {
namespace {

using ::testing::ElementsAre;

TEST(IncidentCategoryTest, TheFirstLevelIsThatOfTheLaw) {
  std::set<std::string> first;
  for (const IncidentCategory& category : IncidentCategories()) {
    if (category.parent.empty()) {
      first.insert(std::string(category.name_zh));
    }
  }
  EXPECT_THAT(first, ElementsAre("事故灾难", "公共卫生事件", "社会安全事件", "自然灾害"));
}

TEST(IncidentCategoryTest, EveryCategoryIsOfTheKindOfItsParent) {
  ASSERT_GT(IncidentCategories().size(), 40U);
  for (const IncidentCategory& category : IncidentCategories()) {
    if (category.parent.empty()) {
      continue;
    }
    const IncidentCategory* parent = FindIncidentCategory(category.parent);
    ASSERT_NE(parent, nullptr) << category.code;
    EXPECT_EQ(parent->kind(), category.kind()) << category.code;
  }
}

TEST(IncidentCategoryTest, IsFoundByItsWholeCode) {
  ASSERT_NE(FindIncidentCategory("10202"), nullptr);
  EXPECT_EQ(FindIncidentCategory("10202")->name_en, "Rainstorm");
  EXPECT_EQ(FindIncidentCategory("10202")->kind(), 1);
  for (const char* code : {"", "1020", "10299", "102020", "50000"}) {
    EXPECT_EQ(FindIncidentCategory(code), nullptr) << code;
  }
}

}  // namespace
}  // namespace muster
