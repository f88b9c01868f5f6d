#include "services/cli/output/registry_views.h"

#include <gtest/gtest.h>

#include <sstream>

#include "services/cli/output/names.h"
#include "services/cli/output/people_views.h"

namespace muster::cli {
namespace {

template <class Print>
std::string Printed(Print print) {
  std::ostringstream out;
  std::ostringstream err;
  Output output({.out = out, .err = err, .language = Language::kChinese, .json = false});
  print(output);
  return out.str();
}

bool Has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(RegistryViewsTest, ARequestedChangeIsShownWithItsValues) {
  registry::v1::OrganizationChange change;
  change.set_id("change-1");
  change.mutable_organization()->set_name("晨光社会工作服务中心");
  change.mutable_organization()->set_rating(4);
  change.mutable_organization()->mutable_registration_end_time()->set_seconds(1'841'673'600);  // 2028-05-11 24:00
  for (const char* path : {"name", "rating", "registration_end_time", "supervisor"}) {
    change.mutable_update_mask()->add_paths(path);
  }
  registry::v1::ListOrganizationChangesResponse list;
  *list.add_changes() = change;
  for (const std::string& text : {Printed([&](Output& output) { PrintOrganizationChange(output, change); }),
                                  Printed([&](Output& output) { PrintOrganizationChanges(output, list); })}) {
    EXPECT_TRUE(Has(text, "name = 晨光社会工作服务中心")) << text;
    EXPECT_TRUE(Has(text, "rating = 4A")) << text;
    EXPECT_TRUE(Has(text, "registration_end_time = 2028-05-11")) << text;
    EXPECT_FALSE(Has(text, "2028-05-12")) << text;
    EXPECT_TRUE(Has(text, "supervisor = -")) << text;
  }
}

TEST(RegistryViewsTest, StepsOfAHistoryAreToldInChinese) {
  EXPECT_EQ(ActionWord("RequestOrganizationChange", Language::kChinese), "申请变更");
  EXPECT_EQ(ActionWord("RequestOrganizationChange", Language::kEnglish), "RequestOrganizationChange");
  EXPECT_EQ(ActionWord("SomethingNew", Language::kChinese), "SomethingNew");
}

TEST(RegistryViewsTest, AnApproximateBaseIsMarked) {
  registry::v1::Team team;
  team.mutable_base_position()->set_latitude(31.3);
  EXPECT_FALSE(Has(Printed([&](Output& output) { PrintTeam(output, team); }), "≈"));
  team.mutable_base_position()->set_approximate(true);
  EXPECT_TRUE(Has(Printed([&](Output& output) { PrintTeam(output, team); }), "≈ 31.30000"));
}

TEST(RegistryViewsTest, VersionsThatAnAnswerNeedsAreShown) {
  registry::v1::Application application;
  application.set_version(3);
  registry::v1::Membership membership;
  membership.set_version(4);
  EXPECT_TRUE(Has(Printed([&](Output& output) { PrintApplication(output, application); }), "3"));
  EXPECT_TRUE(Has(Printed([&](Output& output) { PrintMembership(output, membership); }), "4"));
}

}  // namespace
}  // namespace muster::cli
