#pragma once

#include <map>
#include <memory>

#include "absl/status/statusor.h"
#include "muster/base/id.h"
#include "muster/base/mutex.h"

namespace muster::registry {

/// How many exports run at a time: each holds one of the threads that also serve the live feed, for as long as its
/// reader takes. Thread-safe; lives longer than its tickets.
class ExportGate {
 public:
  static constexpr int kOfAnAccount = 2;
  static constexpr int kOfAll = 8;

  /// An export that is running.
  class Ticket {
   public:
    Ticket(ExportGate& gate, AccountId account) : gate_(gate), account_(std::move(account)) {}
    ~Ticket() { gate_.Leave(account_); }
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

   private:
    ExportGate& gate_;
    const AccountId account_;
  };

  /// Errors: RATE_LIMITED.
  absl::StatusOr<std::unique_ptr<Ticket>> Enter(const AccountId& account);

 private:
  void Leave(const AccountId& account);

  Mutex mutex_;
  std::map<AccountId, int> of_account_ MUSTER_GUARDED_BY(mutex_);
  int of_all_ MUSTER_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::registry
