#include "services/identity/rpc/identity_service.h"

#include <set>

#include "muster/identity/v1/identity.pb.h"
#include "tests/unit/identity/identity_fixture.h"

namespace muster::identity {
namespace {

using muster::testing::HasReason;
using muster::testing::IsOk;

class IdentityServiceTest : public IdentityFixture {
 protected:
  IdentityServiceTest() {
    EXPECT_OK(service_->Start(directory_.path() / "tokens", "3205"));
    admin_ = LogIn(KeyOf("admin")).value();
  }

  static std::string NewRequestId() { return NewUuid(SystemClock().Now(), SystemRandom()); }

  v1::CreateAccountRequest Wanted(const std::string& login, const std::string& district = "3205/320583") {
    v1::CreateAccountRequest request;
    request.set_request_id(NewRequestId());
    request.mutable_account()->set_login(login);
    request.mutable_account()->add_roles("district_operator");
    request.mutable_account()->set_district_path(district);
    return request;
  }
  v1::Account MakeAccount(const std::string& login, const std::string& district = "3205/320583") {
    return Invoke<v1::Account>("CreateAccount", admin_, Wanted(login, district)).value();
  }
  v1::CreateApiKeyRequest WantedKey(const std::string& account_id) {
    v1::CreateApiKeyRequest request;
    request.set_request_id(NewRequestId());
    request.set_account_id(account_id);
    request.set_label("desk 2");
    return request;
  }
  v1::CreateApiKeyResponse MakeKey(const std::string& account_id) {
    return Invoke<v1::CreateApiKeyResponse>("CreateApiKey", admin_, WantedKey(account_id)).value();
  }
  template <class Request>
  Request Change(const std::string& id, int64_t version) {
    Request request;
    request.set_request_id(NewRequestId());
    request.set_id(id);
    request.set_expected_version(version);
    return request;
  }

  Principal admin_;
};

TEST_F(IdentityServiceTest, ExchangesAKeyForATokenOfTenMinutes) {
  v1::ExchangeKeyRequest request;
  request.set_api_key(KeyOf("operator"));
  const auto response = Invoke<v1::ExchangeKeyResponse>("ExchangeKey", Principal(), request).value();
  EXPECT_EQ(response.expire_time().seconds() * 1'000'000 + response.expire_time().nanos() / 1000,
            ToMicros(clock_.Now() + std::chrono::minutes(10)));
  EXPECT_OK(keys_.Verify(response.access_token(), clock_.Now()));
  clock_.Advance(std::chrono::minutes(10));
  EXPECT_THAT(keys_.Verify(response.access_token(), clock_.Now()), HasReason(Reason::kSessionExpired));
}

TEST_F(IdentityServiceTest, ExchangesNothingElse) {
  const std::string key = KeyOf("operator");
  std::string wrong = key;
  wrong[30] = wrong[30] == 'A' ? 'B' : 'A';
  std::string unknown = key;
  unknown[5] = unknown[5] == '0' ? '1' : '0';
  for (const std::string& text : {std::string(), wrong, unknown, key + "A", std::string("operator")}) {
    EXPECT_THAT(LogIn(text), HasReason(Reason::kAuthRequired));
  }
}

TEST_F(IdentityServiceTest, PublishesTheKeysThatVerifyItsTokens) {
  const auto response = Invoke<v1::GetKeySetResponse>("GetKeySet", Principal(), v1::GetKeySetRequest()).value();
  ASSERT_EQ(response.keys_size(), 1);
  security::KeySet fresh({{response.keys(0).key_id(), response.keys(0).ed25519()}});
  const std::string token = signer_.Sign(admin_, "session", clock_.Now()).value();
  EXPECT_OK(fresh.Verify(token, clock_.Now()));
}

TEST_F(IdentityServiceTest, TellsCallersWhoTheyAre) {
  const auto self = Invoke<v1::WhoAmIResponse>("WhoAmI", admin_, v1::WhoAmIRequest()).value().account();
  EXPECT_EQ(self.login(), "admin");
  EXPECT_EQ(self.id(), admin_.account_id.value());
  const Principal service = security::ServicePrincipal("dispatch", "3205");
  const auto other = Invoke<v1::WhoAmIResponse>("WhoAmI", service, v1::WhoAmIRequest()).value().account();
  EXPECT_EQ(other.id(), "service:dispatch");
  EXPECT_EQ(other.roles(0), "service");
}

TEST_F(IdentityServiceTest, MakesAnAccountThatCanThenLogIn) {
  owners_.incidents["0190f7d2-0000-7000-8000-0000000000bb"] = "3205/320506";
  v1::CreateAccountRequest request = Wanted("kunshan");
  auto* grant = request.mutable_account()->add_incident_grants();
  grant->set_incident_id("0190f7d2-0000-7000-8000-0000000000bb");
  grant->mutable_expire_time()->set_seconds(ToMicros(clock_.Now()) / 1'000'000 + 3600);
  const v1::Account account = Invoke<v1::Account>("CreateAccount", admin_, request).value();
  EXPECT_EQ(account.version(), 1);
  v1::GetAccountRequest get;
  get.set_id(account.id());
  EXPECT_EQ(Invoke<v1::Account>("GetAccount", admin_, get).value().SerializeAsString(), account.SerializeAsString());

  const Principal principal = LogIn(MakeKey(account.id()).secret()).value();
  EXPECT_EQ(principal.account_id.value(), account.id());
  EXPECT_EQ(principal.roles, std::vector<Role>{Role::kDistrictOperator});
  EXPECT_EQ(principal.district_path, "3205/320583");
  ASSERT_EQ(principal.incident_grants.size(), 1U);
  EXPECT_EQ(principal.incident_grants[0].incident_id.value(), "0190f7d2-0000-7000-8000-0000000000bb");
}

constexpr char kHere[] = "0190f7d2-0000-7000-8000-0000000000a1";
constexpr char kElsewhere[] = "0190f7d2-0000-7000-8000-0000000000a2";
constexpr char kNowhere[] = "0190f7d2-0000-7000-8000-0000000000a3";

TEST_F(IdentityServiceTest, ADistrictHandsOutItsOwnOrganizationsOnly) {
  owners_.organizations = {{kHere, "3205/320583"}, {kElsewhere, "3205/320506"}};
  Principal district = admin_;
  district.district_path = "3205/320583";
  const auto make = [&](const Principal& caller, const std::string& organization) {
    v1::CreateAccountRequest request = Wanted("manager-" + organization);
    request.mutable_account()->set_roles(0, "organization_manager");
    request.mutable_account()->set_organization_id(organization);
    return Invoke<v1::Account>("CreateAccount", caller, request);
  };
  const int64_t audits = Count("SELECT count(*) FROM audit");
  EXPECT_THAT(make(district, kElsewhere), HasReason(Reason::kNotFound));
  EXPECT_EQ(make(district, kElsewhere).status(), make(district, kNowhere).status());
  EXPECT_EQ(Count("SELECT count(*) FROM audit"), audits);
  EXPECT_OK(make(district, kHere));
  EXPECT_OK(make(admin_, kElsewhere));
}

TEST_F(IdentityServiceTest, ADistrictGrantsItsOwnIncidentsOnly) {
  owners_.incidents = {{kHere, "3205/320583"}, {kElsewhere, "3205/320506"}};
  Principal district = admin_;
  district.district_path = "3205/320583";
  const auto make = [&](const std::vector<std::string>& incidents) {
    v1::CreateAccountRequest request = Wanted("desk");
    for (const std::string& id : incidents) {
      v1::IncidentGrant& grant = *request.mutable_account()->add_incident_grants();
      grant.set_incident_id(id);
      grant.mutable_expire_time()->set_seconds(ToMicros(clock_.Now()) / 1'000'000 + 3600);
    }
    return Invoke<v1::Account>("CreateAccount", district, request);
  };
  EXPECT_THAT(make({kHere, kElsewhere}), HasReason(Reason::kNotFound));
  EXPECT_EQ(make({kHere, kElsewhere}).status(), make({kHere, kNowhere}).status());
  EXPECT_OK(make({kHere}));
}

TEST_F(IdentityServiceTest, MakesNoAccountThatItCannotCheck) {
  owners_.failure = Error(Reason::kStoreBusy);
  v1::CreateAccountRequest request = Wanted("manager");
  request.mutable_account()->set_roles(0, "organization_manager");
  request.mutable_account()->set_organization_id(kHere);
  EXPECT_THAT(Invoke<v1::Account>("CreateAccount", admin_, request), HasReason(Reason::kStoreBusy));
  request.mutable_account()->set_organization_id("no-uuid");
  EXPECT_THAT(Invoke<v1::Account>("CreateAccount", admin_, request), HasReason(Reason::kInvalidField));
  EXPECT_TRUE(owners_.asked.empty());
  MakeAccount("kunshan");  // names neither an organization nor an incident
}

TEST_F(IdentityServiceTest, AnswersARepeatedRequestWithTheSameAccount) {
  const v1::CreateAccountRequest request = Wanted("kunshan");
  const v1::Account first = Invoke<v1::Account>("CreateAccount", admin_, request).value();
  const v1::Account again = Invoke<v1::Account>("CreateAccount", admin_, request).value();
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  EXPECT_EQ(Count("SELECT count(*) FROM account WHERE login = 'kunshan'"), 1);
  v1::CreateAccountRequest other = request;
  other.mutable_account()->set_login("wujiang");
  EXPECT_THAT(Invoke<v1::Account>("CreateAccount", admin_, other), HasReason(Reason::kRequestIdReused));
}

TEST_F(IdentityServiceTest, ChangesNothingWhenItRefuses) {
  MakeAccount("kunshan");
  const int64_t audits = Count("SELECT count(*) FROM audit");
  EXPECT_THAT(Invoke<v1::Account>("CreateAccount", admin_, Wanted("kunshan")), HasReason(Reason::kDuplicate));
  v1::CreateAccountRequest unknown_role = Wanted("other");
  unknown_role.mutable_account()->add_roles("mayor");
  EXPECT_THAT(Invoke<v1::Account>("CreateAccount", admin_, unknown_role), HasReason(Reason::kInvalidField));
  v1::CreateAccountRequest no_time = Wanted("other");
  no_time.mutable_account()->add_incident_grants()->set_incident_id("0190f7d2-0000-7000-8000-0000000000bb");
  EXPECT_THAT(Invoke<v1::Account>("CreateAccount", admin_, no_time), HasReason(Reason::kBadTime));
  EXPECT_THAT(Invoke<v1::Account>("CreateAccount", admin_, Wanted("other", "3301")), HasReason(Reason::kForbidden));
  EXPECT_EQ(Count("SELECT count(*) FROM audit"), audits);
  EXPECT_EQ(Count("SELECT count(*) FROM outbox"), audits);
  EXPECT_EQ(Count("SELECT count(*) FROM account"), 5);
}

TEST_F(IdentityServiceTest, WritesAuditAndEventWithEachChange) {
  const v1::Account account = MakeAccount("kunshan");
  const v1::ApiKey key = MakeKey(account.id()).key();
  ASSERT_OK(Invoke<v1::ApiKey>("RevokeApiKey", admin_, Change<v1::RevokeApiKeyRequest>(key.id(), 1)));
  ASSERT_OK(Invoke<v1::Account>("DisableAccount", admin_, Change<v1::DisableAccountRequest>(account.id(), 1)));
  std::vector<std::string> types;
  ASSERT_OK(database_->Query(
      storage::Read{"SELECT type FROM outbox ORDER BY feed_seq DESC LIMIT 4", {}, [&](const storage::Row& row) {
                      types.insert(types.begin(), std::string(row.Text(0)));
                    }}));
  EXPECT_EQ(types,
            (std::vector<std::string>{"muster.identity.v1.AccountCreated", "muster.identity.v1.ApiKeyCreated",
                                      "muster.identity.v1.ApiKeyRevoked", "muster.identity.v1.AccountDisabled"}));
  EXPECT_EQ(Count("SELECT count(*) FROM audit WHERE actor = (SELECT id FROM account WHERE login = 'admin')"), 4);
  EXPECT_EQ(Count("SELECT count(*) FROM audit a JOIN audit b ON a.object_id = b.object_id AND "
                  "a.object_version = b.object_version + 1 AND a.before_hash = b.after_hash"),
            2);
}

TEST_F(IdentityServiceTest, ShowsASecretOnceAndKeepsOnlyItsHash) {
  const v1::Account account = MakeAccount("kunshan");
  const v1::CreateApiKeyRequest request = WantedKey(account.id());
  const auto first = Invoke<v1::CreateApiKeyResponse>("CreateApiKey", admin_, request).value();
  const auto again = Invoke<v1::CreateApiKeyResponse>("CreateApiKey", admin_, request).value();
  EXPECT_FALSE(first.secret().empty());
  EXPECT_TRUE(again.secret().empty());
  EXPECT_EQ(first.key().SerializeAsString(), again.key().SerializeAsString());
  EXPECT_OK(LogIn(first.secret()));
  database_.reset();
  const std::string secret_part = first.secret().substr(20);
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
    EXPECT_TRUE(entry.is_directory() || ContentOf(entry.path()).find(secret_part) == std::string::npos) << entry;
  }
  Open();
}

TEST_F(IdentityServiceTest, StopsARevokedKeyAtOnce) {
  const v1::Account account = MakeAccount("kunshan");
  const auto made = MakeKey(account.id());
  const auto other = MakeKey(account.id());
  const auto revoked =
      Invoke<v1::ApiKey>("RevokeApiKey", admin_, Change<v1::RevokeApiKeyRequest>(made.key().id(), 1)).value();
  EXPECT_TRUE(revoked.revoked());
  EXPECT_EQ(revoked.version(), 2);
  EXPECT_THAT(LogIn(made.secret()), HasReason(Reason::kAuthRequired));
  EXPECT_THAT(LogIn(other.secret()), IsOk());
  EXPECT_THAT(Invoke<v1::ApiKey>("RevokeApiKey", admin_, Change<v1::RevokeApiKeyRequest>(made.key().id(), 2)),
              HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(Invoke<v1::ApiKey>("RevokeApiKey", admin_, Change<v1::RevokeApiKeyRequest>(other.key().id(), 9)),
              HasReason(Reason::kVersionConflict));
}

TEST_F(IdentityServiceTest, StopsAllKeysOfADisabledAccount) {
  const v1::Account account = MakeAccount("kunshan");
  const auto made = MakeKey(account.id());
  ASSERT_OK(Invoke<v1::Account>("DisableAccount", admin_, Change<v1::DisableAccountRequest>(account.id(), 1)));
  EXPECT_THAT(LogIn(made.secret()), HasReason(Reason::kAuthRequired));
  EXPECT_THAT(Invoke<v1::CreateApiKeyResponse>("CreateApiKey", admin_, WantedKey(account.id())),
              HasReason(Reason::kExpired));
  EXPECT_THAT(
      Invoke<v1::Account>("DisableAccount", admin_, Change<v1::DisableAccountRequest>(admin_.account_id.value(), 1)),
      HasReason(Reason::kForbidden));
}

TEST_F(IdentityServiceTest, HidesOtherDistrictsAsIfTheyDidNotExist) {
  const v1::Account account = MakeAccount("kunshan", "3205/320583");
  const auto key = MakeKey(account.id()).key();
  MakeAccount("wuzhong", "3205/320506");
  Principal district = admin_;
  district.district_path = "3205/320506";
  v1::GetAccountRequest foreign;
  foreign.set_id(account.id());
  v1::GetAccountRequest nothing;
  nothing.set_id(NewRequestId());
  const absl::Status hidden = Invoke<v1::Account>("GetAccount", district, foreign).status();
  EXPECT_EQ(hidden, Invoke<v1::Account>("GetAccount", district, nothing).status());
  EXPECT_THAT(hidden, HasReason(Reason::kNotFound));
  const auto list = Invoke<v1::ListAccountsResponse>("ListAccounts", district, v1::ListAccountsRequest()).value();
  ASSERT_EQ(list.accounts_size(), 1);
  EXPECT_EQ(list.accounts(0).login(), "wuzhong");
  v1::ListApiKeysRequest keys;
  keys.set_account_id(account.id());
  EXPECT_THAT(Invoke<v1::ListApiKeysResponse>("ListApiKeys", district, keys), HasReason(Reason::kNotFound));
  EXPECT_THAT(Invoke<v1::ApiKey>("RevokeApiKey", district, Change<v1::RevokeApiKeyRequest>(key.id(), 1)),
              HasReason(Reason::kNotFound));
  Principal nowhere = admin_;
  nowhere.district_path = "";
  EXPECT_EQ(Invoke<v1::ListAccountsResponse>("ListAccounts", nowhere, v1::ListAccountsRequest())->accounts_size(), 0);
}

TEST_F(IdentityServiceTest, ListsEveryAccountOnceOverPages) {
  for (int i = 0; i < 7; ++i) {
    MakeAccount("desk-" + std::to_string(i));
  }
  std::set<std::string> logins;
  v1::ListAccountsRequest request;
  request.set_page_size(3);
  int pages = 0;
  do {
    const auto page = Invoke<v1::ListAccountsResponse>("ListAccounts", admin_, request).value();
    for (const v1::Account& account : page.accounts()) {
      EXPECT_TRUE(logins.insert(account.login()).second);
    }
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(logins.size(), 11U);
  EXPECT_EQ(pages, 4);
}

TEST_F(IdentityServiceTest, FindsARowThatWasChangedBehindTheAuditTrail) {
  rpc::MethodTable table;
  rpc::OwnerRouter router(table);
  service_->RegisterOwner(router);
  const v1::Account account = MakeAccount("kunshan");
  rpc::Call call;
  call.principal.roles = {Role::kAuditor};
  call.principal.district_path = "3205";
  const auto verify = [&] {
    common::v1::VerifyResponse response;
    table.Find("muster.common.v1.InvariantService.Verify")
        ->unary(call, common::v1::VerifyRequest(), [&](absl::Status status, google::protobuf::Message* message) {
          ASSERT_OK(status);
          response.Swap(static_cast<common::v1::VerifyResponse*>(message));
        });
    return response;
  };
  EXPECT_EQ(verify().violations_size(), 0);
  EXPECT_EQ(verify().checked_rows(), 18) << "nine rows, each with its record";
  const std::string id = account.id();
  ASSERT_OK(database_->Run(storage::MakeCommand(nullptr, [&](Time, storage::Changes& changes) {
    changes.writes.push_back({"UPDATE account SET roles = 'system_admin' WHERE id = $1", {storage::Value(id)}, 1, {}});
    return absl::OkStatus();
  })));
  ASSERT_EQ(verify().violations_size(), 1);
  EXPECT_EQ(verify().violations(0).object_id(), id);
}

TEST_F(IdentityServiceTest, ATokenEndsWithItsKeyAndItsAccount) {
  const v1::Account account = MakeAccount("kunshan");
  const auto token = [&](const std::string& key) {
    v1::ExchangeKeyRequest exchange;
    exchange.set_api_key(key);
    return Invoke<v1::ExchangeKeyResponse>("ExchangeKey", Principal(), exchange)->access_token();
  };
  const v1::CreateApiKeyResponse first = MakeKey(account.id());
  const v1::CreateApiKeyResponse second = MakeKey(account.id());
  const auto ask = [&](const std::string& of) {
    rpc::Call call;
    call.principal = *keys_.Verify(of, clock_.Now());
    call.access_token = of;
    return Invoke<v1::WhoAmIResponse>("WhoAmI", call, v1::WhoAmIRequest());
  };
  const std::string of_first = token(first.secret());
  const std::string of_second = token(second.secret());
  EXPECT_OK(ask(of_first));
  const auto revoke = Change<v1::RevokeApiKeyRequest>(first.key().id(), 1);
  ASSERT_OK(Invoke<v1::ApiKey>("RevokeApiKey", admin_, revoke));
  EXPECT_THAT(ask(of_first), HasReason(Reason::kAuthRequired));
  EXPECT_OK(ask(of_second));
  const auto disable = Change<v1::DisableAccountRequest>(account.id(), account.version());
  ASSERT_OK(Invoke<v1::Account>("DisableAccount", admin_, disable));
  EXPECT_THAT(ask(of_second), HasReason(Reason::kAuthRequired));
  EXPECT_OK(ask(*signer_.Sign(security::ServicePrincipal("notify", "3205"), "service", clock_.Now())));
}

TEST_F(IdentityServiceTest, AServiceIsKnownByItsCertificateAndGetsATokenOfItsOwn) {
  rpc::Call call;
  EXPECT_THAT(Invoke<v1::IssueServiceTokenResponse>("IssueServiceToken", call, v1::IssueServiceTokenRequest()),
              HasReason(Reason::kForbidden));
  call.peer_service = "notify";
  const auto issued = Invoke<v1::IssueServiceTokenResponse>("IssueServiceToken", call, v1::IssueServiceTokenRequest());
  ASSERT_OK(issued);
  const auto principal = keys_.Verify(issued->access_token(), clock_.Now());
  ASSERT_OK(principal);
  EXPECT_EQ(principal->account_id.value(), "service:notify");
  EXPECT_TRUE(principal->CoversWholeCity());
}

TEST_F(IdentityServiceTest, RefusesBadPages) {
  v1::ListAccountsRequest request;
  for (const int size : {-1, 501}) {
    request.set_page_size(size);
    EXPECT_THAT(Invoke<v1::ListAccountsResponse>("ListAccounts", admin_, request), HasReason(Reason::kBadPage));
  }
  request.set_page_size(500);
  request.set_page_token("' OR 1=1--");
  EXPECT_THAT(Invoke<v1::ListAccountsResponse>("ListAccounts", admin_, request), HasReason(Reason::kBadCursor));
}

}  // namespace
}  // namespace muster::identity
