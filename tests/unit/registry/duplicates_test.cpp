#include "services/registry/core/duplicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/registry/rules_fixture.h"

namespace muster::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace testing;  // NOLINT: the fixture's samples

OrganizationId IdOf(int number) {
  const std::string text = std::to_string(number);
  return OrganizationId("01900000-0000-7000-8000-" + std::string(12 - text.size(), '0') + text);
}

TEST(DuplicatesTest, ANameIsTheSameHoweverItIsWritten) {
  const std::string key = NameKey("昆山晨曦社会工作服务中心");
  for (const char* name :
       {"昆山市晨曦社会工作服务中心", "苏州市昆山市晨曦社会工作服务中心", "江苏省苏州市昆山晨曦社会工作服务中心",
        "江苏苏州昆山市晨曦 社会工作服务中心", "（昆山市）晨曦社会工作服务中心", "昆山·晨曦社会工作服务中心"}) {
    EXPECT_EQ(NameKey(name), key) << name;
  }
  EXPECT_EQ(NameKey("ＡＢＣ（１２３）互助会"), NameKey("abc(123) 互助会"));
  EXPECT_NE(NameKey("昆山志愿者协会"), NameKey("太仓志愿者协会"));
}

TEST(DuplicatesTest, ANameOfPlacesAloneStaysANameOfItsOwn) {
  EXPECT_EQ(NameKey("苏州市"), "苏州市");
  EXPECT_EQ(NameKey("()"), "");
  EXPECT_NE(NameKey("昆山市"), "");
}

TEST(DuplicatesTest, FindsPairsByCodeNameAndPhoneWithEveryReason) {
  const std::vector<DuplicateKeys> organizations{{IdOf(1), "苏州市晨曦中心", "52320506MJ0000026R", "digest"},
                                                 {IdOf(2), "晨曦中心", "51320583MJ0000026X", "digest"},
                                                 {IdOf(3), "暮色中心", "", ""},
                                                 {IdOf(4), "朝阳中心", "52320506MJ0000034X", "digest"}};
  const std::vector<DuplicatePair> pairs = FindDuplicates(organizations);
  ASSERT_THAT(pairs, SizeIs(3));
  EXPECT_EQ(pairs[0].first, IdOf(1));
  EXPECT_EQ(pairs[0].second, IdOf(2));
  EXPECT_THAT(pairs[0].reasons,
              ElementsAre(DuplicateReason::kCreditCode, DuplicateReason::kName, DuplicateReason::kPhone));
  EXPECT_THAT(pairs[1].reasons, ElementsAre(DuplicateReason::kPhone));
  EXPECT_THAT(FindDuplicates({organizations[2], organizations[3]}), IsEmpty());
}

TEST(DuplicatesTest, OfManyWithOneNameOnlyTheFirstTwentyArePaired) {
  std::vector<DuplicateKeys> organizations;
  for (int i = 0; i < 1000; ++i) {
    organizations.push_back({IdOf(i), "志愿者协会", "", ""});
  }
  EXPECT_THAT(FindDuplicates(organizations), SizeIs(190));
}

TEST(DuplicatesTest, AnOfficerDismissesPairsOfTheOwnDistrictOnly) {
  using muster::testing::HasReason;
  Facts facts;
  facts.organization = SampleOrganization();
  facts.other_organization = SampleOrganization();
  const DismissDuplicate command{DismissalId("d"), kOrganization, kOtherOrganization, "two"};
  EXPECT_THAT(Decide(command, facts, ContextOf(Officer())), HasReason(Reason::kInvalidField)) << "one and the same";
  facts.other_organization->id = kOtherOrganization;
  const auto changes = Decide(command, facts, ContextOf(Officer("3205/320583")));
  ASSERT_OK(changes);
  EXPECT_EQ(changes->dismissals.front().after.first_id, kOrganization);
  EXPECT_EQ(changes->dismissals.front().after.officer.value(), "officer");
  facts.other_organization->district_path = "3205/320508";
  EXPECT_THAT(Decide(command, facts, ContextOf(Officer("3205/320583"))), HasReason(Reason::kForbidden));
  facts.other_organization.reset();
  EXPECT_THAT(Decide(command, facts, ContextOf(Officer())), HasReason(Reason::kNotFound));
}

}  // namespace
}  // namespace muster::registry
