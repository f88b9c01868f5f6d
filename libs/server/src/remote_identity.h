#pragma once

#include <string>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/rpc/peer.h"
#include "muster/security/access_token.h"

namespace muster::server {

/// What a process that does not hold identity asks of it: the keys that verify access tokens, and a token of its own
/// under the name in its certificate. Steps on one thread; the rest is thread-safe.
class RemoteIdentity {
 public:
  /// All must outlive it.
  RemoteIdentity(rpc::Peer& identity, security::KeySet& keys, const Clock& clock)
      : identity_(identity), keys_(keys), clock_(clock) {}

  /// Asks for what is due; answers how long it may sleep.
  Duration Step();
  /// The process's own token; empty before identity has answered for the first time.
  std::string Token() const;
  /// Whether access tokens can be verified.
  bool IsReady() const { return !Token().empty(); }

 private:
  absl::Status AskForKeys();
  absl::Status AskForToken();

  rpc::Peer& identity_;
  security::KeySet& keys_;
  const Clock& clock_;
  Duration next_token_{};  ///< steady
  mutable Mutex mutex_;
  std::string token_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace muster::server
