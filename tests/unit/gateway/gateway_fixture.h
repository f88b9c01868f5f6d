#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "muster/exchange/v1/exchange.pb.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/pipeline.h"
#include "services/gateway/gateway.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/gateway/raw_client.h"
#include "tests/unit/rpc/echo_service.h"

namespace muster::testing {

/// A feed in memory: what an owner has kept.
class FakeFeed final : public events::FeedSource {
 public:
  absl::StatusOr<events::FeedPage> Read(const events::FeedQuery& query) override {
    MutexLock lock(mutex_);
    ++reads_;
    events::FeedPage page;
    if (query.after > 0 && query.after < kept_after_) {
      return Error(Reason::kBadCursor, "after");
    }
    for (const events::FeedEvent& event : events_) {
      page.head = std::max(page.head, event.owner == query.owner ? event.feed_seq : 0);
      if (event.owner == query.owner && event.feed_seq > query.after &&
          page.events.size() < static_cast<size_t>(query.limit)) {
        page.events.push_back(event);
      }
    }
    return page;
  }
  void Add(events::FeedEvent event) {
    MutexLock lock(mutex_);
    events_.push_back(std::move(event));
  }
  void ForgetThrough(int64_t seq) {
    MutexLock lock(mutex_);
    kept_after_ = seq;
  }
  int reads() {
    MutexLock lock(mutex_);
    return reads_;
  }

 private:
  Mutex mutex_;
  std::vector<events::FeedEvent> events_;
  int64_t kept_after_ = 0;
  int reads_ = 0;
};

/// A gateway over the echo service, an identity that knows the API key "mk_good", and an exchange that keeps documents.
class GatewayFixture : public ::testing::Test {
 protected:
  GatewayFixture() {
    service_.Register(table_);
    RegisterIdentity();
    RegisterExchange();
    RegisterRegistry();
    options_.http.listen = "127.0.0.1:0";
    rpc::Checks checks = TestChecks();
    checks.is_anonymous = IsAnonymous;
    pipeline_ = std::make_unique<rpc::CallPipeline>(table_, checks, rpc::PipelineOptions(), SystemClock());
    peer_ = rpc::MakeLocalPeer(*pipeline_);
    directory_.AddTable(table_, *peer_);
  }

  static bool IsAnonymous(const std::string& method) { return method == kGreet || method.ends_with(".ExchangeKey"); }

  void Start() {
    gateway::GatewayHooks hooks;
    hooks.readiness = [this] { return readiness_; };
    hooks.metrics_text = [] { return std::string("up 1\n"); };
    hooks.authenticate = [this](const std::string& token) -> absl::StatusOr<gateway::LiveIdentity> {
      gateway::LiveIdentity identity;
      auto caller = TestChecks().authenticate(token);
      if (!caller.ok()) {
        return caller.status();
      }
      identity.principal = caller->principal;
      if (token.starts_with("token-org-")) {
        identity.principal.roles = {Role::kOrganizationManager};
        identity.principal.organization_id = OrganizationId(token.substr(10));
      }
      if (token == "token-role" || token == "token-keyholder") {
        MutexLock lock(mutex_);
        identity.principal.roles = {role_};
      }
      identity.expire_time = SystemClock().Now() + identity_life_;
      return identity;
    };
    hooks.is_anonymous = IsAnonymous;
    auto gateway = gateway::Gateway::Start(options_, directory_, *peer_, feed_, hooks, SystemClock());
    ASSERT_OK(gateway);
    gateway_ = *std::move(gateway);
  }

  std::unique_ptr<RawClient> Connect() { return std::make_unique<RawClient>(gateway_->port()); }
  RawResponse Ask(const std::string& request) {
    const auto client = Connect();
    client->Send(request);
    return client->Receive();
  }
  static std::string Post(const std::string& path, const std::string& type, const std::string& body,
                          const std::string& headers = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + type +
           "\r\nAuthorization: Bearer token-operator\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           headers + "\r\n" + body;
  }
  RawResponse Call(const std::string& method, const std::string& json, const std::string& headers = "") {
    return Ask(Post("/muster.testing.v1.EchoService/" + method, "application/json", json, headers));
  }
  static std::string Get(const std::string& path, const std::string& headers = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n";
  }

  rpc::MethodTable table_;
  EchoService service_;
  FakeFeed feed_;
  gateway::GatewayOptions options_;
  gateway::Readiness readiness_;
  Duration identity_life_ = std::chrono::minutes(10);
  std::atomic<int> exchanges_ = 0;
  std::atomic<bool> key_revoked_ = false;
  Mutex mutex_;
  std::vector<exchange::v1::SubmitDocumentRequest> documents_;
  std::vector<registry::v1::UploadPartRequest> parts_;
  Role role_ = Role::kCityOperator;  ///< of whoever comes with "token-role" or the API key
  std::unique_ptr<rpc::CallPipeline> pipeline_;
  std::unique_ptr<rpc::Peer> peer_;
  gateway::ServiceDirectory directory_;
  std::unique_ptr<gateway::Gateway> gateway_;

 private:
  void RegisterIdentity() {
    using identity::v1::ExchangeKeyRequest;
    using identity::v1::ExchangeKeyResponse;
    table_.Unary<ExchangeKeyRequest, ExchangeKeyResponse>(
        "muster.identity.v1.IdentityService.ExchangeKey",
        [this](const rpc::Call&, const ExchangeKeyRequest& request, rpc::Reply<ExchangeKeyResponse> reply) {
          ++exchanges_;
          if (request.api_key() != "mk_good" || key_revoked_) {
            reply(Error(Reason::kAuthRequired));
            return;
          }
          ExchangeKeyResponse response;
          response.set_access_token("token-keyholder");
          const int64_t expire = ToMicros(SystemClock().Now() + identity_life_);
          response.mutable_expire_time()->set_seconds(expire / 1'000'000);
          reply(response);
        });
  }
  void RegisterRegistry() {
    using registry::v1::UploadPartRequest;
    using registry::v1::UploadPartResponse;
    // Links the file of the service in; the messages here are another file's.
    ASSERT_NE(registry::v1::Team::descriptor(), nullptr);
    table_.Unary<UploadPartRequest, UploadPartResponse>(
        "muster.registry.v1.RegistryService.UploadPart",
        [this](const rpc::Call&, const UploadPartRequest& request, rpc::Reply<UploadPartResponse> reply) {
          MutexLock lock(mutex_);
          if (request.content().starts_with("refused")) {
            return reply(Error(Reason::kForbidden));
          }
          parts_.push_back(request);
          UploadPartResponse response;
          response.set_upload_id("upload-1");
          for (const UploadPartRequest& part : parts_) {
            response.set_size(response.size() + static_cast<int64_t>(part.content().size()));
          }
          reply(response);
        });
  }
  void RegisterExchange() {
    using exchange::v1::SubmitDocumentRequest;
    using exchange::v1::SubmitDocumentResponse;
    table_.Unary<SubmitDocumentRequest, SubmitDocumentResponse>(
        "muster.exchange.v1.ExchangeService.SubmitDocument",
        [this](const rpc::Call&, const SubmitDocumentRequest& request, rpc::Reply<SubmitDocumentResponse> reply) {
          {
            MutexLock lock(mutex_);
            documents_.push_back(request);
          }
          SubmitDocumentResponse response;
          response.mutable_document()->set_outcome(exchange::v1::DOCUMENT_OUTCOME_APPLIED);
          reply(response);
        });
  }
};

/// The reason in the details of a Connect error.
inline std::string ReasonIn(const RawResponse& response) {
  const size_t at = response.body.find("\"reason\":\"");
  return at == std::string::npos ? "" : response.body.substr(at + 10, response.body.find('"', at + 10) - at - 10);
}

}  // namespace muster::testing
