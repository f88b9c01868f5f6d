// Every field of every method, spoilt in every way.

#include <gtest/gtest.h>

#include "muster/identity/v1/identity.pb.h"
#include "tests/support/bad_input_run.h"
#include "tests/unit/identity/identity_fixture.h"

namespace muster::identity {
namespace {

using google::protobuf::Message;
using muster::testing::BadInputRun;
using muster::testing::GoodCall;
using muster::testing::HasReason;
using muster::testing::LegalInput;
using muster::testing::RenewRequestId;
using muster::testing::StoreDump;

constexpr char kDistrict[] = "3205/320583";
constexpr char kOtherDistrict[] = "3205/320508";
constexpr char kOrganization[] = "0190f7d2-0000-7000-8000-0000000000aa";
constexpr char kOtherOrganization[] = "0190f7d2-0000-7000-8000-0000000000ab";
constexpr char kIncident[] = "0190f7d2-0000-7000-8000-0000000000ba";
constexpr char kOtherIncident[] = "0190f7d2-0000-7000-8000-0000000000bb";

std::vector<LegalInput> LegalInputs() {
  return {
      // What the system fills in is not looked at.
      {"Account.id", {}, "made by the system"},
      {"Account.version", {}, "counted by the system"},
      {"Account.create_time", {}, "the system's clock"},
      {"Account.update_time", {}, "the system's clock"},

      {"Account.organization_id", {"empty"}, "one who asks for help need not be of an organization"},
      {"Account.incident_grants", {"no elements", "twice"}, "none; the later end holds"},
      {"IncidentGrant.expire_time", {"year 9999"}, "far ahead"},
      {"CreateApiKeyRequest.label", {"empty", "blank", "SQL", "emoji"}, "free text"},
  };
}

Principal Admin(const std::string& district) {
  Principal principal;
  principal.account_id = AccountId("admin of " + district);
  principal.roles = {Role::kSecurityAdmin};
  principal.district_path = district;
  return principal;
}

class IdentityBadInputTest : public IdentityFixture {
 protected:
  IdentityBadInputTest() {
    owners_.organizations = {{kOrganization, kDistrict}, {kOtherOrganization, kOtherDistrict}};
    owners_.incidents = {{kIncident, kDistrict}, {kOtherIncident, kOtherDistrict}};
    account_id_ = NewAccount(kDistrict).id();
    const std::string other = NewAccount(kOtherDistrict).id();
    foreign_ids_ = {other, NewKey(other, kOtherDistrict).id(), kOtherOrganization, kOtherIncident};
  }

  absl::Status Send(const std::string& method, const Principal& caller, const Message& request, std::string* reply) {
    rpc::Call call;
    call.principal = caller;
    call.method = "muster.identity.v1.IdentityService." + method;
    call.trace_id = rpc::NewTraceId();
    call.source_address = "127.0.0.1";
    return muster::testing::SendTo(*table_, call, request, reply);
  }

  v1::CreateAccountRequest Wanted(const std::string& district) {
    v1::CreateAccountRequest request;
    RenewRequestId(request);
    v1::Account& account = *request.mutable_account();
    account.set_login("login-" + std::to_string(++logins_));
    account.add_roles("requester");
    account.set_district_path(district);
    account.set_organization_id(district == kDistrict ? kOrganization : kOtherOrganization);
    v1::IncidentGrant& grant = *account.add_incident_grants();
    grant.set_incident_id(district == kDistrict ? kIncident : kOtherIncident);
    grant.mutable_expire_time()->set_seconds(ToMicros(clock_.Now()) / 1'000'000 + 3600);
    return request;
  }
  v1::Account NewAccount(const std::string& district) {
    const auto account = Invoke<v1::Account>("CreateAccount", Admin(district), Wanted(district));
    EXPECT_OK(account);
    return account.value_or(v1::Account());
  }
  v1::ApiKey NewKey(const std::string& account_id, const std::string& district) {
    v1::CreateApiKeyRequest request;
    RenewRequestId(request);
    request.set_account_id(account_id);
    request.set_label("desk 2");
    const auto made = Invoke<v1::CreateApiKeyResponse>("CreateApiKey", Admin(district), request);
    EXPECT_OK(made);
    return made.value_or(v1::CreateApiKeyResponse()).key();
  }

  std::vector<GoodCall> GoodCalls() {
    return {
        {"CreateAccount", "", [this] { return std::make_unique<v1::CreateAccountRequest>(Wanted(kDistrict)); }},
        {"GetAccount", "",
         [this] {
           auto request = std::make_unique<v1::GetAccountRequest>();
           request->set_id(account_id_);
           return request;
         }},
        {"ListAccounts", "",
         [] {
           auto request = std::make_unique<v1::ListAccountsRequest>();
           request->set_page_size(10);
           return request;
         }},
        {"DisableAccount", "",
         [this] {
           auto request = std::make_unique<v1::DisableAccountRequest>();
           request->set_id(NewAccount(kDistrict).id());
           request->set_expected_version(1);
           return request;
         }},
        {"CreateApiKey", "",
         [this] {
           auto request = std::make_unique<v1::CreateApiKeyRequest>();
           request->set_account_id(account_id_);
           request->set_label("desk 2");
           return request;
         }},
        {"ListApiKeys", "",
         [this] {
           auto request = std::make_unique<v1::ListApiKeysRequest>();
           request->set_account_id(account_id_);
           request->set_page_size(10);
           return request;
         }},
        {"RevokeApiKey", "",
         [this] {
           auto request = std::make_unique<v1::RevokeApiKeyRequest>();
           request->set_id(NewKey(account_id_, kDistrict).id());
           request->set_expected_version(1);
           return request;
         }},
    };
  }

  int logins_ = 0;
  std::string account_id_;
  std::vector<std::string> foreign_ids_;
};

TEST_F(IdentityBadInputTest, EveryMethodIsInTheTable) {
  // A key that is none is no bad field but no right to enter; the tests of ExchangeKey try it.
  muster::testing::ExpectEveryMethod(GoodCalls(),
                                     *v1::Account::descriptor()->file()->FindServiceByName("IdentityService"),
                                     {"ExchangeKey", "GetKeySet", "IssueServiceToken", "WhoAmI"});
}

TEST_F(IdentityBadInputTest, EveryBadInputIsRefusedAndChangesNothing) {
  BadInputRun run(LegalInputs(), {"ListAccountsRequest", "ListApiKeysRequest"});
  StoreDump dump(*database_);
  const auto send = [this](const GoodCall& call, const Message& request, std::string* reply) {
    return Send(call.method, Admin(kDistrict), request, reply);
  };
  for (const GoodCall& call : GoodCalls()) {
    run.Try(call, send, dump, foreign_ids_);
  }
  run.ExpectEveryRowUsed();
}

TEST_F(IdentityBadInputTest, WhatAnotherDistrictOwnsIsNotFound) {
  StoreDump dump(*database_);
  std::string reply;
  for (const GoodCall& call : GoodCalls()) {
    if (call.method == "ListAccounts") {
      continue;
    }
    SCOPED_TRACE(call.method);
    const auto request = call.request();
    RenewRequestId(*request);
    const std::string before = dump.Take();
    const absl::Status status = Send(call.method, Admin(kOtherDistrict), *request, &reply);
    // An account of another district is not made because of that district.
    EXPECT_THAT(status, HasReason(call.method == "CreateAccount" ? Reason::kForbidden : Reason::kNotFound));
    EXPECT_EQ(StoreDump::FirstDifference(before, dump.Take()), "");
  }
}

}  // namespace
}  // namespace muster::identity
