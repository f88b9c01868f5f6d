#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/security/access_token.h"

namespace muster::security {

/// A service's own access token for calls that start with it, made anew when half of its life is over. Thread-safe.
class ServiceToken {
 public:
  /// `signer` and `clock` outlive it. `principal` as from ServicePrincipal.
  ServiceToken(const TokenSigner& signer, Principal principal, const Clock& clock)
      : signer_(signer), principal_(std::move(principal)), clock_(clock) {}

  /// A token that is good for at least five minutes. Also after the wall clock has jumped.
  absl::StatusOr<std::string> Get() MUSTER_EXCLUDES(mutex_);

 private:
  const TokenSigner& signer_;
  const Principal principal_;
  const Clock& clock_;
  Mutex mutex_;
  std::string token_ MUSTER_GUARDED_BY(mutex_);
  Time issue_time_ MUSTER_GUARDED_BY(mutex_){};
};

}  // namespace muster::security
