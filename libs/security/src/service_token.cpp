#include "muster/security/service_token.h"

#include "muster/base/status_macros.h"

namespace muster::security {

absl::StatusOr<std::string> ServiceToken::Get() {
  const Time now = clock_.Now();
  MutexLock lock(mutex_);
  const bool fresh = !token_.empty() && now >= issue_time_ && now - issue_time_ < kMaxTokenLife / 2;
  if (!fresh) {
    MUSTER_ASSIGN_OR_RETURN(token_, signer_.Sign(principal_, "service", now));
    issue_time_ = now;
  }
  return token_;
}

}  // namespace muster::security
