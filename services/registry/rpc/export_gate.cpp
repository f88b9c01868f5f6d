#include "services/registry/rpc/export_gate.h"

#include "muster/domain/reason.h"

namespace muster::registry {

absl::StatusOr<std::unique_ptr<ExportGate::Ticket>> ExportGate::Enter(const AccountId& account) {
  MutexLock lock(mutex_);
  const auto own = of_account_.find(account);
  if (of_all_ >= kOfAll || (own != of_account_.end() && own->second >= kOfAnAccount)) {
    return Error(Reason::kRateLimited, {}, {{"retry_after_s", "10"}});
  }
  ++of_all_;
  ++of_account_[account];
  return std::make_unique<Ticket>(*this, account);
}

void ExportGate::Leave(const AccountId& account) {
  MutexLock lock(mutex_);
  --of_all_;
  if (const auto own = of_account_.find(account); --own->second == 0) {
    of_account_.erase(own);
  }
}

}  // namespace muster::registry
