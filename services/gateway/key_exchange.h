#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/rpc/peer.h"

namespace muster::gateway {

/// Turns what clients present as Bearer into an access token: an access token is taken as it is, an API key is
/// exchanged by identity and the token kept until shortly before it expires (at most ten minutes, whatever the wall
/// clock does meanwhile, so a revoked key dies by then at the latest; at once through Forget). Only a digest of a key
/// is kept. Thread-safe.
class KeyExchange {
 public:
  /// `identity` serves IdentityService and must outlive this, as the clock must.
  KeyExchange(rpc::Peer& identity, const Clock& clock) : identity_(identity), clock_(clock) {}
  /// Waits for the exchanges that are under way.
  ~KeyExchange();
  KeyExchange(const KeyExchange&) = delete;
  KeyExchange& operator=(const KeyExchange&) = delete;

  /// Calls `done` once with the access token, on this thread when it is known already. `caller` gives trace, source
  /// and deadline. Errors: AUTH_REQUIRED and what identity answers.
  void Resolve(const std::string& bearer, const rpc::Call& caller,
               std::function<void(absl::StatusOr<std::string>)> done);

  /// Forgets all tokens: an account or a key has changed.
  void Forget();

  static bool IsApiKey(const std::string& bearer) { return bearer.starts_with("mk_"); }

 private:
  using Done = std::function<void(absl::StatusOr<std::string>)>;
  /// A token and when it may be used. Services judge it by the wall clock, which may jump either way.
  struct Token {
    std::string access_token;  ///< empty: none yet
    Time issued{};             ///< refused everywhere while the wall clock shows less
    Time use_until{};          ///< a new exchange is made from then on ...
    Duration steady_until{};   ///< ... or from then on
  };
  struct Entry {
    Token token;
    std::vector<Done> waiting;  ///< not empty while an exchange is under way
  };

  bool IsGood(const Token& token) const;
  Token Received(std::string access_token, Time expire_time) const;
  void Exchange(const std::string& key, const std::string& digest, const rpc::Call& caller);
  void Answer(const std::string& digest, uint64_t generation, const absl::StatusOr<Token>& token);

  rpc::Peer& identity_;
  const Clock& clock_;
  Mutex mutex_;
  CondVar changed_;
  int under_way_ MUSTER_GUARDED_BY(mutex_) = 0;
  uint64_t generation_ MUSTER_GUARDED_BY(mutex_) = 0;  ///< grows with every Forget
  std::unordered_map<std::string, Entry> entries_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace muster::gateway
