#include "services/registry/store/codecs.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

TEST(CodecsTest, LocationsComeBackExactly) {
  const Location fixed{{31.384600000000001, -120.98100000000001}, 0, {}, true};
  EXPECT_EQ(LocationFromText(LocationToText(fixed)), fixed);
  const Location seen{{-0.1, 1e-7}, 12.5, FromMicros(1'767'225'600'000'001), false};
  EXPECT_EQ(LocationFromText(LocationToText(seen)), seen);
}

TEST(CodecsTest, EqualLocationsHaveEqualTexts) {
  EXPECT_EQ(LocationToText({{31.5, 120.25}, 0, {}, false}), "31.5,120.25,0,-,0");
}

TEST(CodecsTest, WindowsComeBackExactly) {
  const Window window{FromMicros(-5), FromMicros(1'767'225'600'000'001)};
  EXPECT_EQ(WindowFromText(WindowToText(window)), window);
}

TEST(CodecsTest, ReferencesMayHoldAnything) {
  const std::vector<ExternalReference> references{{"cap", "a \"b\" , c"}, {"市12345", "[1]"}};
  EXPECT_EQ(ReferencesFromText(ReferencesToText(references)), references);
  EXPECT_TRUE(ReferencesFromText("").empty());
  EXPECT_TRUE(ReferencesFromText("{broken").empty());
}

TEST(CodecsTest, InspectionsComeBackExactly) {
  const std::vector<Inspection> inspections{
      {2024, InspectionKind::kAnnual, InspectionResult::kPassed, FromMicros(1'767'225'600'000'001), "a \"b\", [c]"},
      {2025, InspectionKind::kSpot, InspectionResult::kAbnormalList, FromMicros(5), ""}};
  EXPECT_EQ(InspectionsFromText(InspectionsToText(inspections)), inspections);
  EXPECT_TRUE(InspectionsFromText("").empty());
  EXPECT_TRUE(InspectionsFromText("{broken").empty());
}

TEST(CodecsTest, WhatIsWishedComesBackExactly) {
  Organization wished;
  wished.name = "晨光 \"中心\"";
  wished.kind = OrganizationKind::kFoundation;
  wished.credit_code = "53320500MJ50900329";
  wished.filing_office = "玉山镇";
  wished.filing_number = "备-7";
  wished.district_path = "3205/320583";
  wished.registration_end = FromMicros(1'767'225'600'000'001);
  wished.rating = 4;
  wished.supervisor = "民政局";
  wished.fundraising_number = "募-7";
  wished.fundraising_valid = Window{FromMicros(1), FromMicros(2)};
  const std::string text = WishedToText(wished);
  const Organization back = WishedFromText(text);
  EXPECT_EQ(WishedToText(back), text);
  EXPECT_EQ(back.kind, wished.kind);
  EXPECT_EQ(back.registration_end, wished.registration_end);
  EXPECT_EQ(back.rating_end, std::nullopt);
  EXPECT_EQ(back.fundraising_valid, wished.fundraising_valid);
  EXPECT_EQ(WishedFromText("{broken").name, "");
}

TEST(CodecsTest, AnOrganizationWithoutLaterColumnsKeepsItsHash) {
  Organization organization;
  organization.id = OrganizationId("01900000-0000-7000-8000-000000000001");
  organization.version = 1;
  organization.name = "晨曦";
  std::vector<storage::Value> first = OrganizationTable().Values(organization);
  first.resize(21);
  EXPECT_EQ(HashOf(organization), storage::HashValues(first));
  const std::string before = HashOf(organization);
  organization.fundraising_valid = Window{FromMicros(1), FromMicros(2)};
  EXPECT_NE(HashOf(organization), before);
  organization.fundraising_valid.reset();
  organization.merged_into = organization.id;
  EXPECT_NE(HashOf(organization), before);
}

TEST(CodecsTest, WordsAreKeptInOrder) {
  const std::vector<std::string> words{"zh-CN", "wuu"};
  EXPECT_EQ(WordsFromText(WordsToText(words)), words);
  EXPECT_TRUE(WordsFromText("").empty());
}

}  // namespace
}  // namespace muster::registry
