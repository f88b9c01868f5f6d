#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/domain/principal.h"
#include "muster/security/key_file.h"

namespace muster::security {

/// The longest life of an access token.
inline constexpr Duration kMaxTokenLife = std::chrono::minutes(10);
/// How far the clocks of two machines may differ before a token counts as not yet valid.
inline constexpr Duration kTokenClockSkew = std::chrono::minutes(1);
/// The longest token that is looked at, in bytes; call metadata is limited to 8 KiB.
inline constexpr size_t kMaxTokenSize = 4096;

/// What an access token says.
struct AccessClaims {
  Principal principal;
  std::string session_id;  ///< the session or API key that it was exchanged for
  Time issue_time{};
  Time expire_time{};
};

/// The public half of a signing key.
struct PublicKey {
  std::string id;
  std::string bytes;  ///< 32 bytes, Ed25519 (RFC 8032)
};

/// Signs access tokens: "mt1.<key id>.<claims>.<signature>", both parts base64url, the signature (Ed25519) over all
/// before its dot. The key id stands outside the claims so that nothing unsigned is ever parsed. Thread-safe.
class TokenSigner {
 public:
  /// Signs with the current key of `keys`; `PublicKeys` lists all of them.
  explicit TokenSigner(const KeyRing& keys);

  /// A token for `claims`. INTERNAL when its life is longer than kMaxTokenLife or its text would pass kMaxTokenSize
  /// (some 40 incident grants).
  absl::StatusOr<std::string> Sign(const AccessClaims& claims) const;
  /// A token for `principal` from `now` on for `life`.
  absl::StatusOr<std::string> Sign(const Principal& principal, std::string_view session_id, Time now,
                                   Duration life = kMaxTokenLife) const;

  /// What verifies this signer's tokens, newest first.
  const std::vector<PublicKey>& PublicKeys() const { return public_keys_; }

 private:
  std::string key_id_;
  SensitiveText secret_key_;
  std::vector<PublicKey> public_keys_;
};

/// The public keys that a service trusts, and a bounded cache of tokens that they verified: a signature costs tens of
/// microseconds, a repeated token one hash. Only verified tokens enter the cache, so nobody can flood it with
/// rubbish. Thread-safe.
class KeySet {
 public:
  /// Trusts nothing yet. Keeps at most `cache_limit` verified tokens.
  explicit KeySet(size_t cache_limit = 8192);
  explicit KeySet(std::vector<PublicKey> keys, size_t cache_limit = 8192);

  /// Replaces all keys; tokens of a key that is gone are refused from now on.
  void Replace(std::vector<PublicKey> keys) MUSTER_EXCLUDES(mutex_);

  /// What the token says. AUTH_REQUIRED when it is malformed, of an unknown key or not signed by it;
  /// SESSION_EXPIRED when its time is over or has not come.
  absl::StatusOr<AccessClaims> VerifyClaims(std::string_view token, Time now) MUSTER_EXCLUDES(mutex_);
  /// Who is asking; as VerifyClaims.
  absl::StatusOr<Principal> Verify(std::string_view token, Time now) MUSTER_EXCLUDES(mutex_);

  /// How many tokens the cache holds, for tests and metrics.
  size_t CachedTokens() const MUSTER_EXCLUDES(mutex_);

 private:
  using ClaimsPointer = std::shared_ptr<const AccessClaims>;
  using Cache = std::unordered_map<std::string, ClaimsPointer>;

  ClaimsPointer FindCached(const std::string& digest) MUSTER_EXCLUDES(mutex_);
  void Keep(const std::string& digest, ClaimsPointer claims, uint64_t generation) MUSTER_EXCLUDES(mutex_);
  absl::StatusOr<ClaimsPointer> VerifySignature(std::string_view token, const std::vector<PublicKey>& keys) const;

  const size_t cache_limit_;
  mutable Mutex mutex_;
  std::shared_ptr<const std::vector<PublicKey>> keys_ MUSTER_GUARDED_BY(mutex_);
  uint64_t generation_ MUSTER_GUARDED_BY(mutex_) = 0;  ///< grows with every Replace
  // Two halves: when the newer is full it becomes the older and the older is dropped.
  Cache newer_ MUSTER_GUARDED_BY(mutex_);
  Cache older_ MUSTER_GUARDED_BY(mutex_);
};

/// The principal of a service of this system: account "service:<name>", role service, over the whole of
/// `district_path`.
Principal ServicePrincipal(std::string_view name, std::string district_path);

}  // namespace muster::security
