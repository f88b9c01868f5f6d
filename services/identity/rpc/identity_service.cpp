#include "services/identity/rpc/identity_service.h"

#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/rpc/origin.h"
#include "muster/rpc/owner_service.h"
#include "muster/rpc/paging.h"
#include "muster/security/api_key.h"
#include "muster/security/bytes.h"
#include "muster/wire/timestamp.h"
#include "services/identity/core/account_rules.h"
#include "services/identity/rpc/convert.h"
#include "services/identity/store/verify.h"

namespace muster::identity {
namespace {

constexpr char kOwner[] = "identity";

using rpc::OriginOf;

/// Answers with the message that the command stored as its reply.
template <class Response>
storage::CommandDone ReplyStored(rpc::Reply<Response> reply) {
  return [reply = std::move(reply)](absl::StatusOr<storage::CommandReply> done) {
    Response response;
    if (!done.ok()) {
      reply(done.status());
    } else if (!response.ParseFromString(done->reply)) {
      reply(Error(Reason::kInternalInvariant));
    } else {
      reply(std::move(response));
    }
  };
}

}  // namespace

IdentityService::IdentityService(Dependencies dependencies)
    : dependencies_(std::move(dependencies)),
      keys_(dependencies_.signer.PublicKeys()),
      store_(dependencies_.database),
      reach_finder_(dependencies_.owners, dependencies_.token),
      feed_(kOwner, dependencies_.database) {}

absl::Status IdentityService::Start(const std::filesystem::path& tokens_directory, const std::string& city_path) {
  for (const StartAccount& account : StartAccounts(city_path)) {
    MUSTER_RETURN_IF_ERROR(EnsureAccount(account, tokens_directory));
  }
  return absl::OkStatus();
}

absl::Status IdentityService::EnsureAccount(const StartAccount& account,
                                            const std::filesystem::path& tokens_directory) {
  Bootstrap bootstrap(dependencies_.database, ProtoEncoding(), dependencies_.clock, dependencies_.random);
  return bootstrap.Ensure(account, tokens_directory);
}

template <class Request, class Response>
void IdentityService::Serve(rpc::MethodTable& table, const std::string& name, UnaryMethod<Request, Response> method) {
  table.Unary<Request, Response>(
      "muster.identity.v1.IdentityService." + name,
      [this, method](const rpc::Call& call, const Request& request, rpc::Reply<Response> reply) {
        (this->*method)(call, request, std::move(reply));
      });
}

void IdentityService::Register(rpc::MethodTable& table) {
  Serve(table, "ExchangeKey", &IdentityService::ExchangeKey);
  Serve(table, "GetKeySet", &IdentityService::GetKeySet);
  Serve(table, "IssueServiceToken", &IdentityService::IssueServiceToken);
  Serve(table, "WhoAmI", &IdentityService::WhoAmI);
  Serve(table, "CreateAccount", &IdentityService::CreateAccount);
  Serve(table, "GetAccount", &IdentityService::GetAccount);
  Serve(table, "ListAccounts", &IdentityService::ListAccounts);
  Serve(table, "DisableAccount", &IdentityService::DisableAccount);
  Serve(table, "CreateApiKey", &IdentityService::CreateApiKey);
  Serve(table, "ListApiKeys", &IdentityService::ListApiKeys);
  Serve(table, "RevokeApiKey", &IdentityService::RevokeApiKey);
}

void IdentityService::RegisterOwner(rpc::OwnerRouter& router) {
  rpc::RegisterOwner(router, kOwner, dependencies_.database, feed_,
                     [this] { return VerifyStore(dependencies_.database); });
}

absl::Status IdentityService::Recheck(const std::string& access_token) {
  const absl::StatusOr<security::AccessClaims> verified = keys_.VerifyClaims(access_token, dependencies_.clock.Now());
  if (!verified.ok()) {
    return absl::OkStatus();  // the pipeline has believed it by other means
  }
  const security::AccessClaims& claims = *verified;
  if (claims.principal.Has(Role::kService)) {
    return absl::OkStatus();
  }
  MUSTER_ASSIGN_OR_RETURN(const std::optional<KeyWithAccount> found, store_.FindKey(ApiKeyId(claims.session_id)));
  if (!found.has_value() || found->key.revoked || found->account.disabled) {
    return Error(Reason::kAuthRequired);
  }
  return absl::OkStatus();
}

absl::StatusOr<pb::ExchangeKeyResponse> IdentityService::Exchange(const std::string& api_key) {
  MUSTER_ASSIGN_OR_RETURN(const security::ApiKey key, security::ParseApiKey(api_key));
  MUSTER_ASSIGN_OR_RETURN(const std::optional<KeyWithAccount> found, store_.FindKey(key.prefix));
  // An unknown key costs the same comparison as a wrong secret.
  const std::string stored =
      found.has_value() ? security::FromHex(found->key.hash).value_or("") : std::string(32, '\0');
  const bool matches = security::ApiKeyMatches(key, stored);
  if (!matches || !found.has_value() || found->key.revoked || found->account.disabled) {
    return Error(Reason::kAuthRequired);
  }
  const Time now = dependencies_.clock.Now();
  pb::ExchangeKeyResponse response;
  MUSTER_ASSIGN_OR_RETURN(*response.mutable_access_token(),
                          dependencies_.signer.Sign(PrincipalOf(found->account, now), found->key.id.value(), now));
  *response.mutable_expire_time() = ToTimestamp(now + security::kMaxTokenLife);
  return response;
}

void IdentityService::ExchangeKey(const rpc::Call&, const pb::ExchangeKeyRequest& request,
                                  rpc::Reply<pb::ExchangeKeyResponse> reply) {
  reply(Exchange(request.api_key()));
}

void IdentityService::GetKeySet(const rpc::Call&, const pb::GetKeySetRequest&,
                                rpc::Reply<pb::GetKeySetResponse> reply) {
  pb::GetKeySetResponse response;
  for (const security::PublicKey& key : dependencies_.signer.PublicKeys()) {
    pb::PublicKey* added = response.add_keys();
    added->set_key_id(key.id);
    added->set_ed25519(key.bytes);
  }
  reply(std::move(response));
}

void IdentityService::IssueServiceToken(const rpc::Call& call, const pb::IssueServiceTokenRequest&,
                                        rpc::Reply<pb::IssueServiceTokenResponse> reply) {
  if (call.peer_service.empty()) {
    return reply(Error(Reason::kForbidden, {}, {{"action", "IssueServiceToken"}}));
  }
  const Time now = dependencies_.clock.Now();
  const Principal principal = security::ServicePrincipal(call.peer_service, dependencies_.city_path);
  absl::StatusOr<std::string> token = dependencies_.signer.Sign(principal, call.peer_service, now);
  if (!token.ok()) {
    return reply(token.status());
  }
  pb::IssueServiceTokenResponse response;
  response.set_access_token(*std::move(token));
  *response.mutable_expire_time() = ToTimestamp(now + security::kMaxTokenLife);
  reply(std::move(response));
}

void IdentityService::WhoAmI(const rpc::Call& call, const pb::WhoAmIRequest&, rpc::Reply<pb::WhoAmIResponse> reply) {
  if (const absl::Status status = Recheck(call.access_token); !status.ok()) {
    return reply(status);
  }
  absl::StatusOr<std::optional<Account>> found = store_.FindAccount(call.principal.account_id);
  if (!found.ok()) {
    return reply(found.status());
  }
  Account self;  // a service has no row; its token says all there is
  self.id = call.principal.account_id;
  self.login = self.id.value();
  self.roles = call.principal.roles;
  self.district_path = call.principal.district_path;
  self.organization_id = call.principal.organization_id;
  pb::WhoAmIResponse response;
  *response.mutable_account() = ToProto(found->value_or(self));
  reply(std::move(response));
}

void IdentityService::CreateAccount(const rpc::Call& call, const pb::CreateAccountRequest& request,
                                    rpc::Reply<pb::Account> reply) {
  absl::StatusOr<Account> wanted = FromProto(request.account());
  if (!wanted.ok()) {
    return reply(wanted.status());
  }
  absl::StatusOr<Reach> reach = reach_finder_.Find(call, *wanted);
  if (!reach.ok()) {
    return reply(reach.status());
  }
  wanted->id = AccountId(NewUuid(dependencies_.clock.Now(), dependencies_.random));
  const auto decide = [caller = call.principal, account = *wanted, reach = *std::move(reach)](
                          const Facts& facts, Time now) -> absl::StatusOr<IdentityChange> {
    MUSTER_ASSIGN_OR_RETURN(Account made, identity::CreateAccount(caller, account, reach, facts.login_taken, now));
    return IdentityChange{Changed<Account>{std::nullopt, made}, std::nullopt, made.district_path, "AccountCreated"};
  };
  dependencies_.database.Submit(
      NewIdentityCommand(OriginOf(call, request.request_id(), request), Lookup{{}, wanted->login, {}}, decide,
                         ProtoEncoding(), dependencies_.random),
      ReplyStored<pb::Account>(std::move(reply)));
}

void IdentityService::GetAccount(const rpc::Call& call, const pb::GetAccountRequest& request,
                                 rpc::Reply<pb::Account> reply) {
  absl::StatusOr<Account> account = store_.GetAccount(call.principal, AccountId(request.id()));
  account.ok() ? reply(ToProto(*account)) : reply(account.status());
}

void IdentityService::ListAccounts(const rpc::Call& call, const pb::ListAccountsRequest& request,
                                   rpc::Reply<pb::ListAccountsResponse> reply) {
  const auto list = [&]() -> absl::StatusOr<pb::ListAccountsResponse> {
    MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
    MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
    MUSTER_ASSIGN_OR_RETURN(const Page<Account> page, store_.ListAccounts(call.principal, after, limit));
    pb::ListAccountsResponse response;
    for (const Account& account : page.items) {
      *response.add_accounts() = ToProto(account);
    }
    if (page.more) {
      response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
    }
    return response;
  };
  reply(list());
}

void IdentityService::DisableAccount(const rpc::Call& call, const pb::DisableAccountRequest& request,
                                     rpc::Reply<pb::Account> reply) {
  const auto decide = [caller = call.principal, version = request.expected_version()](
                          const Facts& facts, Time now) -> absl::StatusOr<IdentityChange> {
    MUSTER_ASSIGN_OR_RETURN(Account after, identity::DisableAccount(caller, facts.account, version, now));
    return IdentityChange{Changed<Account>{facts.account, after}, std::nullopt, after.district_path, "AccountDisabled"};
  };
  dependencies_.database.Submit(
      NewIdentityCommand(OriginOf(call, request.request_id(), request), Lookup{AccountId(request.id()), {}, {}}, decide,
                         ProtoEncoding(), dependencies_.random),
      ReplyStored<pb::Account>(std::move(reply)));
}

void IdentityService::CreateApiKey(const rpc::Call& call, const pb::CreateApiKeyRequest& request,
                                   rpc::Reply<pb::CreateApiKeyResponse> reply) {
  const security::ApiKey secret = security::NewApiKey(dependencies_.random);
  ApiKeyRecord record;
  record.id = ApiKeyId(NewUuid(dependencies_.clock.Now(), dependencies_.random));
  record.label = request.label();
  record.prefix = secret.prefix;
  record.hash = ToHex(security::HashApiKey(secret));
  const auto decide = [caller = call.principal, record](const Facts& facts,
                                                        Time now) -> absl::StatusOr<IdentityChange> {
    MUSTER_ASSIGN_OR_RETURN(ApiKeyRecord made,
                            identity::CreateApiKey(caller, facts.account, facts.working_keys, record, now));
    return IdentityChange{std::nullopt, Changed<ApiKeyRecord>{std::nullopt, std::move(made)},
                          facts.account->district_path, "ApiKeyCreated"};
  };
  // The stored reply holds the record only, so a repeat cannot show the secret again.
  const auto done = [reply, text = secret.Text()](absl::StatusOr<storage::CommandReply> stored) {
    pb::CreateApiKeyResponse response;
    if (!stored.ok()) {
      return reply(stored.status());
    }
    if (!response.mutable_key()->ParseFromString(stored->reply)) {
      return reply(Error(Reason::kInternalInvariant));
    }
    response.set_secret(stored->repeated ? "" : text.Reveal());
    reply(std::move(response));
  };
  dependencies_.database.Submit(
      NewIdentityCommand(OriginOf(call, request.request_id(), request), Lookup{AccountId(request.account_id()), {}, {}},
                         decide, ProtoEncoding(), dependencies_.random),
      done);
}

void IdentityService::ListApiKeys(const rpc::Call& call, const pb::ListApiKeysRequest& request,
                                  rpc::Reply<pb::ListApiKeysResponse> reply) {
  const auto list = [&]() -> absl::StatusOr<pb::ListApiKeysResponse> {
    MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
    MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
    MUSTER_ASSIGN_OR_RETURN(const Page<ApiKeyRecord> page,
                            store_.ListApiKeys(call.principal, AccountId(request.account_id()), after, limit));
    pb::ListApiKeysResponse response;
    for (const ApiKeyRecord& key : page.items) {
      *response.add_keys() = ToProto(key);
    }
    if (page.more) {
      response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
    }
    return response;
  };
  reply(list());
}

void IdentityService::RevokeApiKey(const rpc::Call& call, const pb::RevokeApiKeyRequest& request,
                                   rpc::Reply<pb::ApiKey> reply) {
  const auto decide = [caller = call.principal, version = request.expected_version()](
                          const Facts& facts, Time now) -> absl::StatusOr<IdentityChange> {
    MUSTER_ASSIGN_OR_RETURN(ApiKeyRecord after, identity::RevokeApiKey(caller, facts.key, facts.account, version, now));
    return IdentityChange{std::nullopt, Changed<ApiKeyRecord>{facts.key, std::move(after)},
                          facts.account->district_path, "ApiKeyRevoked"};
  };
  dependencies_.database.Submit(
      NewIdentityCommand(OriginOf(call, request.request_id(), request), Lookup{{}, {}, ApiKeyId(request.id())}, decide,
                         ProtoEncoding(), dependencies_.random),
      ReplyStored<pb::ApiKey>(std::move(reply)));
}

}  // namespace muster::identity
