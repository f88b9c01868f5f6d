#include "services/identity/store/bootstrap.h"

#include "tests/unit/identity/identity_fixture.h"

namespace muster::identity {
namespace {

using muster::testing::HasReason;

class BootstrapTest : public IdentityFixture {
 protected:
  absl::Status Start() { return service_->Start(directory_.path() / "tokens", "3205"); }
};

TEST_F(BootstrapTest, GivesEachStartAccountAPrivateKeyFile) {
  ASSERT_OK(Start());
  EXPECT_EQ(ModeOf(directory_.path() / "tokens"), 0700U);
  const std::pair<std::string, Role> expected[] = {{"operator", Role::kCityOperator},
                                                   {"officer", Role::kCivilAffairsOfficer},
                                                   {"auditor", Role::kAuditor},
                                                   {"admin", Role::kSecurityAdmin}};
  for (const auto& [login, role] : expected) {
    EXPECT_EQ(ModeOf(TokenFile(login)), 0600U) << login;
    EXPECT_EQ(ContentOf(TokenFile(login)), KeyOf(login) + "\n");
    const Principal principal = LogIn(KeyOf(login)).value();
    EXPECT_EQ(principal.roles, std::vector<Role>{role});
    EXPECT_EQ(principal.district_path, "3205");
  }
}

TEST_F(BootstrapTest, ChangesNothingWhenAllIsInPlace) {
  ASSERT_OK(Start());
  const std::string before = KeyOf("operator");
  Open();
  ASSERT_OK(Start());
  EXPECT_EQ(KeyOf("operator"), before);
  EXPECT_EQ(Count("SELECT count(*) FROM account"), 4);
  EXPECT_EQ(Count("SELECT count(*) FROM api_key"), 4);
  EXPECT_EQ(Count("SELECT count(*) FROM audit"), 8);
  EXPECT_EQ(Count("SELECT count(*) FROM outbox"), 8);
}

TEST_F(BootstrapTest, MakesANewKeyForAFileThatIsGoneOrDoesNotWork) {
  ASSERT_OK(Start());
  const std::string first = KeyOf("operator");
  std::filesystem::remove(TokenFile("operator"));
  std::ofstream(TokenFile("officer")) << "mk_0000000000000000_" << std::string(43, 'A') << "\n";
  std::filesystem::copy_file(TokenFile("admin"), TokenFile("auditor"),
                             std::filesystem::copy_options::overwrite_existing);
  ASSERT_OK(Start());
  EXPECT_NE(KeyOf("operator"), first);
  EXPECT_OK(LogIn(KeyOf("operator")));
  EXPECT_THAT(LogIn(first), HasReason(Reason::kAuthRequired)) << "whoever took the file away has nothing";
  EXPECT_TRUE(LogIn(KeyOf("officer")).value().Has(Role::kCivilAffairsOfficer));
  EXPECT_TRUE(LogIn(KeyOf("auditor")).value().Has(Role::kAuditor)) << "another account's key is no good";
  EXPECT_EQ(Count("SELECT count(*) FROM account"), 4);
}

TEST_F(BootstrapTest, StartsHoweverOftenTheFileWasLost) {
  for (int i = 0; i < 101; ++i) {
    std::filesystem::remove(TokenFile("operator"));
    ASSERT_OK(Start()) << i;
  }
  EXPECT_OK(LogIn(KeyOf("operator")));
  const std::string of_operator = " FROM api_key WHERE account_id = (SELECT id FROM account WHERE login = 'operator')";
  EXPECT_EQ(Count("SELECT count(*)" + of_operator), 101);
  EXPECT_EQ(Count("SELECT count(*)" + of_operator + " AND revoked = 0"), 1);
  EXPECT_EQ(Count("SELECT count(*) FROM outbox WHERE type = 'muster.identity.v1.ApiKeyRevoked'"), 100);
  EXPECT_EQ(Count("SELECT count(*) FROM audit a JOIN audit b ON a.object_id = b.object_id AND "
                  "a.object_version = b.object_version + 1 AND a.before_hash = b.after_hash"),
            100);
}

TEST_F(BootstrapTest, LeavesTheOtherKeysOfTheAccountAlone) {
  ASSERT_OK(Start());
  v1::CreateApiKeyRequest request;
  request.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
  request.set_account_id(LogIn(KeyOf("operator")).value().account_id.value());
  request.set_label("desk 2");
  const Principal admin = LogIn(KeyOf("admin")).value();
  const auto other = Invoke<v1::CreateApiKeyResponse>("CreateApiKey", admin, request).value();
  std::filesystem::remove(TokenFile("operator"));
  ASSERT_OK(Start());
  EXPECT_OK(LogIn(other.secret()));
}

TEST_F(BootstrapTest, ReplacesAFileThatOthersCouldRead) {
  ASSERT_OK(Start());
  const std::string before = KeyOf("operator");
  chmod(TokenFile("operator").c_str(), 0644);
  ASSERT_OK(Start());
  EXPECT_NE(KeyOf("operator"), before);
  EXPECT_EQ(ModeOf(TokenFile("operator")), 0600U);
}

TEST_F(BootstrapTest, MakesFurtherAccountsOnRequest) {
  const OrganizationId organization("0190f7d2-0000-7000-8000-0000000000aa");
  const StartAccount wanted{"organization", {Role::kOrganizationManager}, "3205/320583", organization};
  ASSERT_OK(service_->EnsureAccount(wanted, directory_.path() / "tokens"));
  const Principal principal = LogIn(KeyOf("organization")).value();
  EXPECT_EQ(principal.organization_id, organization);
  EXPECT_TRUE(principal.Has(Role::kOrganizationManager));
}

TEST_F(BootstrapTest, GivesADisabledAccountNoNewKey) {
  ASSERT_OK(Start());
  const Principal admin = LogIn(KeyOf("admin")).value();
  v1::DisableAccountRequest request;
  request.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
  request.set_id(LogIn(KeyOf("operator")).value().account_id.value());
  request.set_expected_version(1);
  ASSERT_OK(Invoke<v1::Account>("DisableAccount", admin, request));
  std::filesystem::remove(TokenFile("operator"));
  ASSERT_OK(Start());
  EXPECT_FALSE(std::filesystem::exists(TokenFile("operator")));
}

TEST_F(BootstrapTest, SaysWhichFileItCouldNotWrite) {
  std::ofstream(directory_.path() / "tokens") << "in the way";
  const absl::Status status = Start();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(status.ToString().find("tokens"), std::string::npos);
}

}  // namespace
}  // namespace muster::identity
