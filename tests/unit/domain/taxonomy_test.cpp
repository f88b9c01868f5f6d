#include "muster/domain/taxonomy.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "muster/domain/capability.h"
#include "muster/domain/reason.h"

namespace muster {
namespace {

/// A folder with a city's files; what is built in is taken again afterwards.
class TaxonomyTest : public ::testing::Test {
 protected:
  TaxonomyTest() : folder_(std::filesystem::temp_directory_path() / ("taxonomy-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~TaxonomyTest() override {
    LoadTaxonomy({}).IgnoreError();
    std::filesystem::remove_all(folder_);
  }
  absl::Status LoadWith(const std::string& file, const std::string& text) {
    std::ofstream(folder_ / file, std::ios::binary) << text;
    return LoadTaxonomy(folder_);
  }
  /// The place that the error names: "capabilities.tsv:2:1".
  std::string PlaceOf(const std::string& file, const std::string& text) {
    const absl::Status status = LoadWith(file, text);
    std::filesystem::remove(folder_ / file);
    return status.ok() ? "ok" : GetErrorInfo(status).field;
  }

  const std::filesystem::path folder_;
};

TEST_F(TaxonomyTest, WhatIsBuiltInIsInOrder) {
  EXPECT_EQ(LoadTaxonomy(folder_), absl::OkStatus());  // an empty folder adds nothing; all that is built in is checked
  EXPECT_GE(Capabilities().size(), 60U);
  EXPECT_GE(EquipmentKinds().size(), 20U);
  EXPECT_GE(StandingLimits().size(), 5U);
  EXPECT_GE(Substitutes().size(), 10U);
  EXPECT_EQ(Requirements().size(), 15U);
  EXPECT_EQ(RequirementsOf("water", 1).size(), 1U);
  EXPECT_TRUE(RequirementsOf("elder_care", 1).empty());
  ASSERT_EQ(SubstitutesFor("medical_support").size(), 2U);
  EXPECT_EQ(SubstitutesFor("medical_support")[0].by, "nursing");
  EXPECT_NE(FindEquipmentKind("boat"), nullptr);
  EXPECT_EQ(FindEquipmentKind("submarine"), nullptr);
  EXPECT_NE(FindStandingLimit("no_night"), nullptr);
  EXPECT_EQ(RestLimitsOf("diving").most_work, std::chrono::hours(8));
  EXPECT_EQ(RestLimitsOf("water").most_work, std::chrono::hours(10));
  EXPECT_EQ(RestLimitsOf("water").least_rest, std::chrono::hours(11));
}

TEST_F(TaxonomyTest, ACitysLimitsOfWorkTakeThePlaceOfThoseBuiltIn) {
  ASSERT_TRUE(LoadWith("rest.tsv", "default\t12\t10\ndiving\t6\t14\ntranslation\t9\t0\n").ok());
  EXPECT_EQ(RestLimitsOf("water").most_work, std::chrono::hours(12));
  EXPECT_EQ(RestLimitsOf("diving").least_rest, std::chrono::hours(14));
  EXPECT_EQ(RestLimitsOf("translation").least_rest, std::chrono::hours(0));
  EXPECT_EQ(RestLimitsOf("crisis_hotline").most_work, std::chrono::hours(8)) << "as built in";
}

TEST_F(TaxonomyTest, ACityAddsToEveryList) {
  const std::string mark = TaxonomyMark();
  std::ofstream(folder_ / "equipment.tsv") << "# 本市\r\nhovercraft\t气垫船\tHovercraft\r\n";
  std::ofstream(folder_ / "substitutes.tsv") << "dragon_boat_rescue\twater\t10\n";
  std::ofstream(folder_ / "requirements.tsv")
      << "dragon_boat_rescue\t1\tequipment\thovercraft\t2\t气垫船两艘\tTwo hovercraft\t本市\n";
  ASSERT_TRUE(LoadWith("capabilities.tsv", "dragon_boat_rescue\trescue\tgraded\t龙舟救援\tDragon boat rescue\n").ok());
  const Capability* added = FindCapability("dragon_boat_rescue");
  ASSERT_NE(added, nullptr);
  EXPECT_TRUE(added->added);
  EXPECT_EQ(added->LowestLevel(), 3);
  EXPECT_FALSE(FindCapability("water")->added);
  EXPECT_TRUE(CheckCapabilityCode("dragon_boat_rescue", "capability").ok());
  EXPECT_NE(FindEquipmentKind("hovercraft"), nullptr);
  EXPECT_EQ(SubstitutesFor("dragon_boat_rescue").size(), 1U);
  EXPECT_EQ(RequirementsOf("dragon_boat_rescue", 1)[0].count, 2);
  EXPECT_NE(TaxonomyMark(), mark);
  const std::string_view name = added->name_zh;
  ASSERT_TRUE(LoadTaxonomy({}).ok());
  EXPECT_EQ(TaxonomyMark(), mark);
  EXPECT_EQ(FindCapability("dragon_boat_rescue"), nullptr);
  EXPECT_EQ(name, "龙舟救援") << "what was answered before lives on";
}

TEST_F(TaxonomyTest, AMalformedFileIsRefusedWithLineAndColumn) {
  const std::string good = "# c\nx_rescue\trescue\tplain\t某\tSome\n";
  EXPECT_EQ(PlaceOf("capabilities.tsv", good), "ok");
  EXPECT_EQ(PlaceOf("capabilities.tsv", good + "y_rescue\trescue\tplain\t某\n"), "capabilities.tsv:3:4");
  EXPECT_EQ(PlaceOf("capabilities.tsv", good + "y\trescue\tplain\t某\tSome\tmore\n"), "capabilities.tsv:3:5");
  EXPECT_EQ(PlaceOf("capabilities.tsv", "X\trescue\tplain\t某\tSome\n"), "capabilities.tsv:1:1");
  EXPECT_EQ(PlaceOf("capabilities.tsv", "water\trescue\tplain\t某\tSome\n"), "capabilities.tsv:1:1");
  EXPECT_EQ(PlaceOf("capabilities.tsv", "y\tnowhere\tplain\t某\tSome\n"), "capabilities.tsv:1:2");
  EXPECT_EQ(PlaceOf("capabilities.tsv", "y\ty\tplain\t某\tSome\n"), "capabilities.tsv:1:2");
  EXPECT_EQ(PlaceOf("capabilities.tsv", "y\trescue\tsimple\t某\tSome\n"), "capabilities.tsv:1:3");
  EXPECT_EQ(PlaceOf("capabilities.tsv", "y\trescue\tplain\t\tSome\n"), "capabilities.tsv:1:4");
  EXPECT_EQ(PlaceOf("capabilities.tsv", "y\trescue\tplain\t\xff\tSome\n"), "capabilities.tsv:1:4");
  EXPECT_EQ(PlaceOf("capabilities.tsv", "y\trescue\tplain\t某\tS\x07\n"), "capabilities.tsv:1:5");
  EXPECT_EQ(PlaceOf("equipment.tsv", "boat\t舟\tBoat\n"), "equipment.tsv:1:1");
  EXPECT_EQ(PlaceOf("substitutes.tsv", "water\tjuggling\t10\n"), "substitutes.tsv:1:2");
  EXPECT_EQ(PlaceOf("substitutes.tsv", "water\trescue\t10\n"), "substitutes.tsv:1:2");
  EXPECT_EQ(PlaceOf("substitutes.tsv", "water\twater\t10\n"), "substitutes.tsv:1:2");
  EXPECT_EQ(PlaceOf("substitutes.tsv", "water\tdiving\t101\n"), "substitutes.tsv:1:3");
  EXPECT_EQ(PlaceOf("substitutes.tsv", "medical_support\tnursing\t10\n"), "substitutes.tsv:1:2");
  EXPECT_EQ(PlaceOf("requirements.tsv", "water\t4\tpeople\tpeople\t8\t八人\tEight\tx\n"), "requirements.tsv:1:2");
  EXPECT_EQ(PlaceOf("requirements.tsv", "water\t1\tanimals\tdogs\t8\t八\tEight\tx\n"), "requirements.tsv:1:3");
  EXPECT_EQ(PlaceOf("requirements.tsv", "water\t1\tequipment\tsub\t8\t八\tEight\tx\n"), "requirements.tsv:1:4");
  EXPECT_EQ(PlaceOf("requirements.tsv", "water\t1\tpeople\tpeople\t-1\t八\tEight\tx\n"), "requirements.tsv:1:5");
  EXPECT_EQ(PlaceOf("rest.tsv", "rescue\t10\t11\n"), "rest.tsv:1:1");
  EXPECT_EQ(PlaceOf("rest.tsv", "water\t25\t11\n"), "rest.tsv:1:2");
  EXPECT_EQ(PlaceOf("rest.tsv", "water\t0\t11\n"), "rest.tsv:1:2");
  EXPECT_EQ(PlaceOf("rest.tsv", "water\t10\t25\n"), "rest.tsv:1:3");
  EXPECT_FALSE(LoadTaxonomy(folder_ / "missing").ok());
}

TEST_F(TaxonomyTest, ARefusedFileLeavesTheListsAsTheyWere) {
  ASSERT_TRUE(LoadWith("capabilities.tsv", "x_rescue\trescue\tplain\t某\tSome\n").ok());
  const std::string mark = TaxonomyMark();
  EXPECT_FALSE(LoadWith("equipment.tsv", "boat\n").ok());
  EXPECT_EQ(TaxonomyMark(), mark);
  EXPECT_NE(FindCapability("x_rescue"), nullptr);
}

}  // namespace
}  // namespace muster
