#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/events/feed.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/owner_router.h"
#include "muster/rpc/peer.h"
#include "muster/security/access_token.h"
#include "muster/storage/database.h"
#include "muster/storage/migration.h"
#include "services/identity/core/change.h"
#include "services/identity/rpc/reach_finder.h"
#include "services/identity/store/bootstrap.h"
#include "services/identity/store/identity_command.h"
#include "services/identity/store/identity_store.h"

namespace muster::identity {

/// The identity service: accounts, API keys, access tokens. The program that wires it opens the database with the
/// migration sets "common", "events" and this service's (tables.h), calls Start, then Register. Thread-safe.
class IdentityService {
 public:
  struct Dependencies {
    storage::Database& database;
    const security::TokenSigner& signer;
    const Clock& clock;
    Random& random;     ///< cryptographic
    rpc::Peer& owners;  ///< of organizations and incidents: registry and dispatch
    /// This service's own access token (role service, over the whole city).
    ReachFinder::Token token;
    std::string city_path;  ///< what the tokens of services cover
  };

  /// All dependencies must outlive it.
  explicit IdentityService(Dependencies dependencies);

  /// Sees to it that the start accounts (operator, officer, auditor, admin) exist over the whole of `city_path`, and
  /// that `tokens_directory` holds a working key of each. To be called once, before the first call.
  absl::Status Start(const std::filesystem::path& tokens_directory, const std::string& city_path);
  /// The same for one more account, such as the manager of a demonstration's organization.
  absl::Status EnsureAccount(const StartAccount& account, const std::filesystem::path& tokens_directory);

  /// Serves muster.identity.v1.IdentityService in `table`; the service must outlive the table's use.
  void Register(rpc::MethodTable& table);
  /// Serves the feed, the audit trail and the invariants of the owner "identity"; as Register.
  void RegisterOwner(rpc::OwnerRouter& router);

 private:
  template <class Request, class Response>
  using UnaryMethod = void (IdentityService::*)(const rpc::Call&, const Request&, rpc::Reply<Response>);
  template <class Request, class Response>
  void Serve(rpc::MethodTable& table, const std::string& name, UnaryMethod<Request, Response> method);

  void ExchangeKey(const rpc::Call& call, const v1::ExchangeKeyRequest& request,
                   rpc::Reply<v1::ExchangeKeyResponse> reply);
  void GetKeySet(const rpc::Call& call, const v1::GetKeySetRequest& request, rpc::Reply<v1::GetKeySetResponse> reply);
  void IssueServiceToken(const rpc::Call& call, const v1::IssueServiceTokenRequest& request,
                         rpc::Reply<v1::IssueServiceTokenResponse> reply);
  void WhoAmI(const rpc::Call& call, const v1::WhoAmIRequest& request, rpc::Reply<v1::WhoAmIResponse> reply);
  void CreateAccount(const rpc::Call& call, const v1::CreateAccountRequest& request, rpc::Reply<v1::Account> reply);
  void GetAccount(const rpc::Call& call, const v1::GetAccountRequest& request, rpc::Reply<v1::Account> reply);
  void ListAccounts(const rpc::Call& call, const v1::ListAccountsRequest& request,
                    rpc::Reply<v1::ListAccountsResponse> reply);
  void DisableAccount(const rpc::Call& call, const v1::DisableAccountRequest& request, rpc::Reply<v1::Account> reply);
  void CreateApiKey(const rpc::Call& call, const v1::CreateApiKeyRequest& request,
                    rpc::Reply<v1::CreateApiKeyResponse> reply);
  void ListApiKeys(const rpc::Call& call, const v1::ListApiKeysRequest& request,
                   rpc::Reply<v1::ListApiKeysResponse> reply);
  void RevokeApiKey(const rpc::Call& call, const v1::RevokeApiKeyRequest& request, rpc::Reply<v1::ApiKey> reply);

  absl::StatusOr<v1::ExchangeKeyResponse> Exchange(const std::string& api_key);
  /// Whether an access token of ours would still be given: AUTH_REQUIRED when its key was revoked or its account
  /// disabled.
  absl::Status Recheck(const std::string& access_token);

  Dependencies dependencies_;
  security::KeySet keys_;
  IdentityStore store_;
  ReachFinder reach_finder_;
  events::FeedReader feed_;
};

}  // namespace muster::identity
