#include "muster/domain/principal.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace muster {
namespace {

Principal With(Role role) {
  Principal principal;
  principal.roles = {role};
  return principal;
}

TEST(RoleTest, NamesAreThoseOfTheContract) {
  const std::set<std::string_view> expected{"system_admin",
                                            "security_admin",
                                            "auditor",
                                            "city_operator",
                                            "district_operator",
                                            "street_operator",
                                            "civil_affairs_officer",
                                            "finance_officer",
                                            "requester",
                                            "organization_manager",
                                            "team_leader",
                                            "member",
                                            "integration",
                                            "service"};
  std::set<std::string_view> names;
  for (const Role role : AllRoles()) {
    names.insert(Name(role));
    EXPECT_EQ(RoleFromName(Name(role)), role);
  }
  EXPECT_EQ(names, expected);
}

TEST(RoleTest, KnowsNoOtherNames) {
  for (const std::string name : {"", "operator", "City_Operator", "root", "city_operator "}) {
    EXPECT_EQ(RoleFromName(name), std::nullopt) << name;
  }
}

TEST(PrincipalTest, OnlyTheAuthoritysPeopleAndServicesAreOfficials) {
  const std::set<Role> officials{
      Role::kCityOperator,   Role::kDistrictOperator, Role::kStreetOperator, Role::kCivilAffairsOfficer,
      Role::kFinanceOfficer, Role::kAuditor,          Role::kService};
  for (const Role role : AllRoles()) {
    EXPECT_EQ(With(role).IsOfficial(), officials.contains(role)) << Name(role);
  }
  EXPECT_FALSE(Principal().IsOfficial());
}

TEST(PrincipalTest, OnlyTheThreeDesksAreOperators) {
  const std::set<Role> operators{Role::kCityOperator, Role::kDistrictOperator, Role::kStreetOperator};
  for (const Role role : AllRoles()) {
    EXPECT_EQ(With(role).IsOperator(), operators.contains(role)) << Name(role);
  }
}

TEST(PrincipalTest, HasEveryRoleItWasGiven) {
  Principal principal;
  principal.roles = {Role::kMember, Role::kTeamLeader};
  EXPECT_TRUE(principal.Has(Role::kMember));
  EXPECT_TRUE(principal.Has(Role::kTeamLeader));
  EXPECT_FALSE(principal.Has(Role::kAuditor));
}

TEST(DistrictCoversTest, ReachesDownTheTreeAndNowhereElse) {
  EXPECT_TRUE(DistrictCovers("3205", "3205"));
  EXPECT_TRUE(DistrictCovers("3205", "3205/320583"));
  EXPECT_TRUE(DistrictCovers("3205/320583", "3205/320583/320583100"));
  EXPECT_FALSE(DistrictCovers("3205/320583", "3205"));
  EXPECT_FALSE(DistrictCovers("3205/320583", "3205/320582"));
}

TEST(DistrictCoversTest, DoesNotTakeAPrefixForAParent) {
  EXPECT_FALSE(DistrictCovers("3205", "32056"));
  EXPECT_FALSE(DistrictCovers("3205/32058", "3205/320583"));
  EXPECT_FALSE(DistrictCovers("320", "3205"));
}

TEST(DistrictCoversTest, CoversNothingFromAnEmptyRoot) {
  EXPECT_FALSE(DistrictCovers("", "3205"));
  EXPECT_FALSE(DistrictCovers("", ""));
  EXPECT_FALSE(DistrictCovers("3205", ""));
}

TEST(DistrictCoversTest, TreatsWildcardsAsLetters) {
  EXPECT_FALSE(DistrictCovers("%", "3205"));
  EXPECT_FALSE(DistrictCovers("3205/______", "3205/320583"));
}

}  // namespace
}  // namespace muster
