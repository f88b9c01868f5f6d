#include "muster/rpc/peer.h"

namespace muster::rpc {
namespace {
thread_local int in_place_depth = 0;
}

void StatusWaiter::Set(absl::Status status) {
  // Notified under the lock: the waiter may go out of scope as soon as it is released.
  MutexLock lock(mutex_);
  status_ = std::move(status);
  changed_.NotifyAll();
}

absl::Status StatusWaiter::Wait() {
  MutexLock lock(mutex_);
  while (!status_.has_value()) {
    changed_.Wait(mutex_);
  }
  return *status_;
}

InPlaceScope::InPlaceScope() { ++in_place_depth; }
InPlaceScope::~InPlaceScope() { --in_place_depth; }
bool InPlaceScope::IsActive() { return in_place_depth > 0; }

}  // namespace muster::rpc
