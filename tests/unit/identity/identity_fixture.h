#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "muster/base/random.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/events/migrations.h"
#include "muster/rpc/method_table.h"
#include "muster/security/access_token.h"
#include "services/identity/rpc/identity_service.h"
#include "services/identity/store/tables.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/identity/fake_owners.h"

namespace muster::identity {

/// The whole service over a real database of its own; calls go through the method table as a door's do.
class IdentityFixture : public ::testing::Test {
 protected:
  IdentityFixture() { Open(); }

  /// Starts the service, as after a restart when called again.
  void Open() {
    service_.reset();
    database_.reset();
    database_ = store_->Open({&clock_}, muster::testing::OwnerMigrations(events::Migrations(), Migrations())).value();
    service_ = std::make_unique<IdentityService>(IdentityService::Dependencies{
        *database_, signer_, clock_, SystemRandom(), owners_, [] { return std::string("service-token"); }, "3205"});
    table_ = std::make_unique<rpc::MethodTable>();
    service_->Register(*table_);
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Invoke(const std::string& method, const Principal& principal, const Request& request) {
    rpc::Call call;
    call.principal = principal;
    return Invoke<Response>(method, std::move(call), request);
  }
  /// The same with more of the call: its token, the service in its certificate.
  template <class Response, class Request>
  absl::StatusOr<Response> Invoke(const std::string& method, rpc::Call call, const Request& request) {
    call.method = "muster.identity.v1.IdentityService." + method;
    call.trace_id = rpc::NewTraceId();
    call.source_address = "127.0.0.1";
    std::promise<absl::StatusOr<Response>> answer;
    table_->Find(call.method)->unary(call, request, [&](absl::Status status, google::protobuf::Message* response) {
      status.ok() ? answer.set_value(static_cast<Response&>(*response)) : answer.set_value(status);
    });
    return answer.get_future().get();
  }

  /// The principal that an API key leads to.
  absl::StatusOr<Principal> LogIn(const std::string& api_key) {
    v1::ExchangeKeyRequest request;
    request.set_api_key(api_key);
    auto response = Invoke<v1::ExchangeKeyResponse>("ExchangeKey", Principal(), request);
    if (!response.ok()) {
      return response.status();
    }
    return keys_.Verify(response->access_token(), clock_.Now());
  }

  int64_t Count(std::string_view sql) {
    int64_t count = -1;
    EXPECT_OK(database_->Query(storage::Read{sql, {}, [&](const storage::Row& row) { count = row.Int(0); }}));
    return count;
  }

  std::filesystem::path TokenFile(const std::string& login) const { return directory_.path() / "tokens" / login; }
  static std::string ContentOf(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  /// The key in a token file.
  std::string KeyOf(const std::string& login) const {
    std::string content = ContentOf(TokenFile(login));
    if (!content.empty()) {
      content.pop_back();
    }
    return content;
  }
  static unsigned ModeOf(const std::filesystem::path& file) {
    struct stat about {};
    return stat(file.c_str(), &about) == 0 ? about.st_mode & 07777U : 0U;
  }

  muster::testing::TempDir directory_;
  const std::unique_ptr<muster::testing::StoreUnderTest> store_ =
      muster::testing::NewStore(directory_.path() / "identity.db");
  muster::testing::FakeClock clock_;
  security::TokenSigner signer_{security::KeyRing::Generate(SystemRandom())};
  security::KeySet keys_{signer_.PublicKeys()};
  FakeOwners owners_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<IdentityService> service_;
  std::unique_ptr<rpc::MethodTable> table_;
};

}  // namespace muster::identity
