#include "muster/security/access_token.h"

#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/security/bytes.h"
#include "muster/security/hmac.h"

namespace muster::security {
namespace {

constexpr std::string_view kVersion = "mt1";

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string ToJson(const AccessClaims& claims) {
  nlohmann::json roles = nlohmann::json::array();
  for (const Role role : claims.principal.roles) {
    roles.push_back(std::string(Name(role)));
  }
  nlohmann::json grants = nlohmann::json::array();
  for (const IncidentGrant& grant : claims.principal.incident_grants) {
    grants.push_back({grant.incident_id.value(), ToMicros(grant.expire_time)});
  }
  return nlohmann::json{{"sub", claims.principal.account_id.value()},
                        {"rol", std::move(roles)},
                        {"dst", claims.principal.district_path},
                        {"org", claims.principal.organization_id.value()},
                        {"grt", std::move(grants)},
                        {"sid", claims.session_id},
                        {"iat", ToMicros(claims.issue_time)},
                        {"exp", ToMicros(claims.expire_time)}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Reads claims whose signature was found right. None when a part is missing or a role is unknown.
std::optional<AccessClaims> FromJson(const std::string& text) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    AccessClaims claims;
    claims.principal.account_id = AccountId(json.at("sub").get<std::string>());
    for (const nlohmann::json& name : json.at("rol")) {
      const std::optional<Role> role = RoleFromName(name.get<std::string>());
      if (!role.has_value()) {
        return std::nullopt;
      }
      claims.principal.roles.push_back(*role);
    }
    claims.principal.district_path = json.at("dst").get<std::string>();
    claims.principal.organization_id = OrganizationId(json.at("org").get<std::string>());
    for (const nlohmann::json& grant : json.at("grt")) {
      claims.principal.incident_grants.push_back(
          {IncidentId(grant.at(0).get<std::string>()), FromMicros(grant.at(1).get<int64_t>())});
    }
    claims.session_id = json.at("sid").get<std::string>();
    claims.issue_time = FromMicros(json.at("iat").get<int64_t>());
    claims.expire_time = FromMicros(json.at("exp").get<int64_t>());
    return claims;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

/// The four parts between the dots; none when there are more or fewer.
struct TokenParts {
  std::string_view version;
  std::string_view key_id;
  std::string_view claims;
  std::string_view signature;
  std::string_view is_signed;  ///< everything before the last dot
};

std::optional<TokenParts> Split(std::string_view token) {
  const size_t first = token.find('.');
  const size_t second = first == token.npos ? first : token.find('.', first + 1);
  const size_t third = second == token.npos ? second : token.find('.', second + 1);
  if (third == token.npos) {
    return std::nullopt;
  }
  return TokenParts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                    token.substr(second + 1, third - second - 1), token.substr(third + 1), token.substr(0, third)};
}

absl::Status CheckTime(const AccessClaims& claims, Time now) {
  if (now >= claims.expire_time || now + kTokenClockSkew < claims.issue_time) {
    return Error(Reason::kSessionExpired);
  }
  return absl::OkStatus();
}

bool LifeIsLegal(const AccessClaims& claims) {
  return claims.expire_time > claims.issue_time && claims.expire_time - claims.issue_time <= kMaxTokenLife;
}

}  // namespace

TokenSigner::TokenSigner(const KeyRing& keys) : key_id_(keys.Current().id) {
  for (const SecretKey& key : keys.keys()) {
    std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
    std::string secret_key(crypto_sign_SECRETKEYBYTES, '\0');
    crypto_sign_seed_keypair(Bytes(public_key), Bytes(secret_key), Bytes(key.bytes.Reveal()));
    SensitiveText secret(std::move(secret_key));
    if (public_keys_.empty()) {
      secret_key_ = std::move(secret);
    }
    public_keys_.push_back({key.id, std::move(public_key)});
  }
}

absl::StatusOr<std::string> TokenSigner::Sign(const AccessClaims& claims) const {
  if (!LifeIsLegal(claims)) {
    return Error(Reason::kInternal);
  }
  std::string token = std::string(kVersion) + "." + key_id_ + "." + Base64UrlEncode(ToJson(claims));
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(Bytes(signature), nullptr, Bytes(token), token.size(), Bytes(secret_key_.Reveal()));
  token += "." + Base64UrlEncode(signature);
  if (token.size() > kMaxTokenSize) {
    return Error(Reason::kInternal);
  }
  return token;
}

absl::StatusOr<std::string> TokenSigner::Sign(const Principal& principal, std::string_view session_id, Time now,
                                              Duration life) const {
  return Sign(AccessClaims{principal, std::string(session_id), now, now + life});
}

KeySet::KeySet(size_t cache_limit) : KeySet({}, cache_limit) {}

KeySet::KeySet(std::vector<PublicKey> keys, size_t cache_limit)
    : cache_limit_(cache_limit), keys_(std::make_shared<const std::vector<PublicKey>>(std::move(keys))) {}

void KeySet::Replace(std::vector<PublicKey> keys) {
  auto fresh = std::make_shared<const std::vector<PublicKey>>(std::move(keys));
  MutexLock lock(mutex_);
  keys_ = std::move(fresh);
  ++generation_;
  newer_.clear();
  older_.clear();
}

absl::StatusOr<Principal> KeySet::Verify(std::string_view token, Time now) {
  MUSTER_ASSIGN_OR_RETURN(AccessClaims claims, VerifyClaims(token, now));
  return std::move(claims.principal);
}

absl::StatusOr<AccessClaims> KeySet::VerifyClaims(std::string_view token, Time now) {
  if (token.empty() || token.size() > kMaxTokenSize) {
    return Error(Reason::kAuthRequired);
  }
  const std::string digest = Sha256(token);
  ClaimsPointer claims = FindCached(digest);
  if (claims == nullptr) {
    std::shared_ptr<const std::vector<PublicKey>> keys;
    uint64_t generation = 0;
    {
      MutexLock lock(mutex_);
      keys = keys_;
      generation = generation_;
    }
    MUSTER_ASSIGN_OR_RETURN(claims, VerifySignature(token, *keys));
    Keep(digest, claims, generation);
  }
  MUSTER_RETURN_IF_ERROR(CheckTime(*claims, now));
  return *claims;
}

absl::StatusOr<KeySet::ClaimsPointer> KeySet::VerifySignature(std::string_view token,
                                                              const std::vector<PublicKey>& keys) const {
  const absl::Status refused = Error(Reason::kAuthRequired);
  const std::optional<TokenParts> parts = Split(token);
  if (!parts.has_value() || parts->version != kVersion) {
    return refused;
  }
  const auto key = std::find_if(keys.begin(), keys.end(), [&](const PublicKey& k) { return k.id == parts->key_id; });
  if (key == keys.end() || key->bytes.size() != crypto_sign_PUBLICKEYBYTES) {
    return refused;
  }
  const std::optional<std::string> signature = Base64UrlDecode(parts->signature);
  if (!signature.has_value() || signature->size() != crypto_sign_BYTES ||
      crypto_sign_verify_detached(Bytes(*signature), Bytes(parts->is_signed), parts->is_signed.size(),
                                  Bytes(key->bytes)) != 0) {
    return refused;
  }
  const std::optional<std::string> json = Base64UrlDecode(parts->claims);
  std::optional<AccessClaims> claims = json.has_value() ? FromJson(*json) : std::nullopt;
  if (!claims.has_value() || !LifeIsLegal(*claims)) {
    return refused;
  }
  return std::make_shared<const AccessClaims>(*std::move(claims));
}

KeySet::ClaimsPointer KeySet::FindCached(const std::string& digest) {
  MutexLock lock(mutex_);
  for (const Cache* cache : {&newer_, &older_}) {
    const auto found = cache->find(digest);
    if (found != cache->end()) {
      return found->second;
    }
  }
  return nullptr;
}

void KeySet::Keep(const std::string& digest, ClaimsPointer claims, uint64_t generation) {
  MutexLock lock(mutex_);
  if (generation != generation_) {
    return;  // verified with keys that were replaced meanwhile
  }
  if (newer_.size() >= cache_limit_ / 2) {
    older_ = std::exchange(newer_, {});
  }
  if (cache_limit_ >= 2) {
    newer_.insert_or_assign(digest, std::move(claims));
  }
}

size_t KeySet::CachedTokens() const {
  MutexLock lock(mutex_);
  return newer_.size() + older_.size();
}

Principal ServicePrincipal(std::string_view name, std::string district_path) {
  Principal principal;
  principal.account_id = AccountId("service:" + std::string(name));
  principal.roles = {Role::kService};
  principal.district_path = std::move(district_path);
  return principal;
}

}  // namespace muster::security
