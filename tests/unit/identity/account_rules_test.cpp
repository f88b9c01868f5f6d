#include "services/identity/core/account_rules.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "muster/base/random.h"
#include "tests/support/status_matchers.h"

namespace muster::identity {
namespace {

using muster::testing::HasReason;
using muster::testing::IsOk;

constexpr Time kNow = FromMicros(1'767'225'600'000'000);
constexpr char kUuid[] = "0190f7d2-0000-7000-8000-0000000000aa";

Principal Admin(const std::string& district = "3205") {
  Principal principal;
  principal.account_id = AccountId("0190f7d2-0000-7000-8000-000000000001");
  principal.roles = {Role::kSecurityAdmin};
  principal.district_path = district;
  return principal;
}

Account Kunshan() {
  Account account;
  account.id = AccountId("0190f7d2-0000-7000-8000-000000000002");
  account.login = "kunshan.desk";
  account.roles = {Role::kDistrictOperator};
  account.district_path = "3205/320583";
  return account;
}

Account Stored() { return CreateAccount(Admin(), Kunshan(), Reach(), false, kNow).value(); }

TEST(AccountRulesTest, MakesAnAccountAtVersionOne) {
  Account wanted = Kunshan();
  wanted.disabled = true;
  wanted.version = 7;
  const Account account = CreateAccount(Admin(), wanted, Reach(), false, kNow).value();
  EXPECT_EQ(account.version, 1);
  EXPECT_FALSE(account.disabled);
  EXPECT_EQ(account.create_time, kNow);
}

TEST(AccountRulesTest, RefusesMalformedAccountsNamingTheField) {
  struct Case {
    std::function<void(Account&)> change;
    Reason reason;
    std::string field;
  };
  const Case cases[] = {
      {[](Account& a) { a.login = ""; }, Reason::kInvalidField, "account.login"},
      {[](Account& a) { a.login = "Desk"; }, Reason::kInvalidField, "account.login"},
      {[](Account& a) { a.login = "../admin"; }, Reason::kInvalidField, "account.login"},
      {[](Account& a) { a.login = std::string(65, 'a'); }, Reason::kInvalidField, "account.login"},
      {[](Account& a) { a.roles = {}; }, Reason::kOutOfRange, "account.roles"},
      {[](Account& a) { a.roles = {Role::kService}; }, Reason::kInvalidField, "account.roles[0]"},
      {[](Account& a) {
         a.roles = {Role::kRequester, Role::kRequester};
       },
       Reason::kInvalidField, "account.roles[0]"},
      {[](Account& a) { a.district_path = ""; }, Reason::kInvalidField, "account.district_path"},
      {[](Account& a) { a.district_path = "3205/"; }, Reason::kInvalidField, "account.district_path"},
      {[](Account& a) { a.district_path = "3205/310101"; }, Reason::kInvalidField, "account.district_path"},
      {[](Account& a) { a.district_path = "3205/3205"; }, Reason::kInvalidField, "account.district_path"},
      {[](Account& a) { a.district_path = "3205/32058x"; }, Reason::kInvalidField, "account.district_path"},
      {[](Account& a) { a.organization_id = OrganizationId(kUuid); }, Reason::kInvalidField, "account.organization_id"},
      {[](Account& a) { a.roles = {Role::kTeamLeader}; }, Reason::kInvalidField, "account.organization_id"},
      {[](Account& a) {
         a.roles = {Role::kTeamLeader};
         a.organization_id = OrganizationId("not-a-uuid");
       },
       Reason::kInvalidField, "account.organization_id"},
      {[](Account& a) {
         a.incident_grants = {{IncidentId(kUuid), kNow}};
       },
       Reason::kBadTime, "account.incident_grants[0].expire_time"},
      {[](Account& a) {
         a.incident_grants = {{IncidentId("x"), kNow + Duration(1)}};
       },
       Reason::kInvalidField, "account.incident_grants[0].incident_id"},
      {[](Account& a) {
         a.incident_grants.assign(33, {IncidentId(kUuid), kNow + Duration(1)});
       },
       Reason::kOutOfRange, "account.incident_grants"},
  };
  for (size_t i = 0; i < std::size(cases); ++i) {
    Account account = Kunshan();
    cases[i].change(account);
    const absl::Status status = CreateAccount(Admin(), account, Reach(), false, kNow).status();
    EXPECT_THAT(status, HasReason(cases[i].reason)) << i;
    EXPECT_EQ(GetErrorInfo(status).field, cases[i].field) << i;
  }
}

TEST(AccountRulesTest, KeepsTheThreeAdministratorsApart) {
  for (const Role alone : {Role::kSystemAdmin, Role::kSecurityAdmin, Role::kAuditor}) {
    for (const Role other : AllRoles()) {
      Account account = Kunshan();
      account.roles = {other, alone};
      EXPECT_FALSE(CheckAccount(account, kNow).ok()) << Name(alone) << " with " << Name(other);
    }
    Account account = Kunshan();
    account.roles = {alone};
    EXPECT_OK(CheckAccount(account, kNow));
  }
}

TEST(AccountRulesTest, GivesOrganizationsToThoseWhoActForThem) {
  Account account = Kunshan();
  account.organization_id = OrganizationId(kUuid);
  for (const Role role : {Role::kOrganizationManager, Role::kTeamLeader, Role::kMember, Role::kRequester}) {
    account.roles = {role};
    EXPECT_OK(CheckAccount(account, kNow));
  }
}

TEST(AccountRulesTest, LetsNobodyReachBeyondTheirDistrict) {
  EXPECT_THAT(CreateAccount(Admin("3205/320506"), Kunshan(), Reach(), false, kNow), HasReason(Reason::kForbidden));
  EXPECT_THAT(CreateAccount(Admin("3205/32058"), Kunshan(), Reach(), false, kNow), HasReason(Reason::kForbidden));
  EXPECT_THAT(CreateAccount(Admin("3205/320583"), Kunshan(), Reach(), false, kNow), IsOk());
  EXPECT_THAT(DisableAccount(Admin("3205/320506"), Stored(), 1, kNow), HasReason(Reason::kNotFound));
  EXPECT_THAT(CreateApiKey(Admin("3205/320506"), Stored(), 0, {}, kNow), HasReason(Reason::kNotFound));
  EXPECT_THAT(RevokeApiKey(Admin("3205/320506"), ApiKeyRecord(), Stored(), 1, kNow), HasReason(Reason::kNotFound));
}

TEST(AccountRulesTest, HandsOutOrganizationsOfTheOwnDistrictOnly) {
  Account manager = Kunshan();
  manager.roles = {Role::kOrganizationManager};
  manager.organization_id = OrganizationId(kUuid);
  const auto make = [&](const std::string& organization_district) {
    return CreateAccount(Admin("3205/320583"), manager, Reach{organization_district, {}}, false, kNow);
  };
  EXPECT_THAT(make("3205/320583/320583100"), IsOk());
  for (const std::string foreign : {"3205/320506", "3205", ""}) {
    EXPECT_THAT(make(foreign), HasReason(Reason::kNotFound)) << foreign;
    EXPECT_EQ(GetErrorInfo(make(foreign).status()).field, "account.organization_id");
  }
  EXPECT_THAT(CreateAccount(Admin(), manager, Reach(), false, kNow), HasReason(Reason::kNotFound))
      << "the city too names only what there is";
}

TEST(AccountRulesTest, GrantsIncidentsOfTheOwnDistrictOnly) {
  Account account = Kunshan();
  account.incident_grants.assign(2, {IncidentId(kUuid), kNow + Duration(1)});
  const auto make = [&](const std::string& second) {
    return CreateAccount(Admin("3205/320583"), account, Reach{"", {"3205/320583", second}}, false, kNow);
  };
  EXPECT_THAT(make("3205/320583"), IsOk());
  for (const std::string foreign : {"3205/320506", "3205", ""}) {
    EXPECT_THAT(make(foreign), HasReason(Reason::kNotFound)) << foreign;
    EXPECT_EQ(GetErrorInfo(make(foreign).status()).field, "account.incident_grants[1].incident_id");
  }
}

TEST(AccountRulesTest, RefusesATakenLogin) {
  EXPECT_THAT(CreateAccount(Admin(), Kunshan(), Reach(), true, kNow), HasReason(Reason::kDuplicate));
}

TEST(AccountRulesTest, DisablesOnceAndNeverTheCaller) {
  const Account disabled = DisableAccount(Admin(), Stored(), 1, kNow + Duration(5)).value();
  EXPECT_TRUE(disabled.disabled);
  EXPECT_EQ(disabled.version, 2);
  EXPECT_EQ(disabled.update_time, kNow + Duration(5));
  EXPECT_THAT(DisableAccount(Admin(), disabled, 2, kNow), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(DisableAccount(Admin(), std::nullopt, 1, kNow), HasReason(Reason::kNotFound));
  Account own = Stored();
  own.id = Admin().account_id;
  EXPECT_THAT(DisableAccount(Admin(), own, 1, kNow), HasReason(Reason::kForbidden));
}

TEST(AccountRulesTest, ChecksTheVersionThatTheCallerSaw) {
  EXPECT_THAT(DisableAccount(Admin(), Stored(), 0, kNow), HasReason(Reason::kInvalidField));
  const absl::Status stale = DisableAccount(Admin(), Stored(), 2, kNow).status();
  ASSERT_THAT(stale, HasReason(Reason::kVersionConflict));
  EXPECT_EQ(GetErrorInfo(stale).metadata.at("current_version"), "1");
}

TEST(AccountRulesTest, GivesKeysToWorkingAccountsOnly) {
  const ApiKeyRecord key = CreateApiKey(Admin(), Stored(), 99, {}, kNow).value();
  EXPECT_EQ(key.account_id, Stored().id);
  EXPECT_EQ(key.version, 1);
  EXPECT_THAT(CreateApiKey(Admin(), Stored(), 100, {}, kNow), HasReason(Reason::kOutOfRange));
  Account disabled = Stored();
  disabled.disabled = true;
  EXPECT_THAT(CreateApiKey(Admin(), disabled, 0, {}, kNow), HasReason(Reason::kExpired));
  EXPECT_THAT(CreateApiKey(Admin(), std::nullopt, 0, {}, kNow), HasReason(Reason::kNotFound));
}

TEST(AccountRulesTest, RevokesAKeyOnce) {
  const ApiKeyRecord key = CreateApiKey(Admin(), Stored(), 0, {}, kNow).value();
  const ApiKeyRecord revoked = RevokeApiKey(Admin(), key, Stored(), 1, kNow).value();
  EXPECT_TRUE(revoked.revoked);
  EXPECT_EQ(revoked.version, 2);
  EXPECT_THAT(RevokeApiKey(Admin(), revoked, Stored(), 2, kNow), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(RevokeApiKey(Admin(), key, Stored(), 3, kNow), HasReason(Reason::kVersionConflict));
}

TEST(AccountRulesTest, LeavesGrantsThatAreOverOutOfThePrincipal) {
  Account account = Stored();
  account.incident_grants = {{IncidentId("old"), kNow}, {IncidentId("new"), kNow + Duration(1)}};
  const Principal principal = PrincipalOf(account, kNow);
  ASSERT_EQ(principal.incident_grants.size(), 1U);
  EXPECT_EQ(principal.incident_grants[0].incident_id, IncidentId("new"));
  EXPECT_EQ(principal.roles, account.roles);
}

}  // namespace
}  // namespace muster::identity
