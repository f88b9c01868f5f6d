#pragma once

#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/rpc/method_table.h"

namespace muster::rpc {

struct CallPoolOptions {
  int threads = 8;
  size_t queue_limit = 1024;
  Duration shed_delay = std::chrono::milliseconds(100);
  Duration shed_window = std::chrono::seconds(1);
};

/// Threads that run calls by class: the more critical class first, the lesser classes never on all threads. When some
/// class keeps waiting longer than `shed_delay` for `shed_window`, the least critical class is refused, then the next,
/// down to the class that waits; one class comes back for every window without such waits. Thread-safe.
class CallPool {
 public:
  CallPool(const CallPoolOptions& options, const Clock& clock);
  /// Runs what is queued and joins.
  ~CallPool();
  CallPool(const CallPool&) = delete;
  CallPool& operator=(const CallPool&) = delete;

  /// Queues `work`; false when its class is being shed or its queue is full (then `work` never runs).
  bool TryPost(Criticality criticality, std::function<void()> work);
  /// False when calls of this class are refused now, whether or not they need a thread.
  bool Admits(Criticality criticality);
  size_t QueueLength() const;

 private:
  struct Item {
    std::function<void()> work;
    Duration queued;
  };

  void Run();
  std::optional<size_t> NextClass() const MUSTER_REQUIRES(mutex_);
  /// The most critical class whose head has waited too long.
  std::optional<size_t> WaitingClass(Duration now) const MUSTER_REQUIRES(mutex_);
  void Observe(Duration now) MUSTER_REQUIRES(mutex_);
  bool IsShed(Criticality criticality) const MUSTER_REQUIRES(mutex_);

  const CallPoolOptions options_;
  const Clock& clock_;
  std::array<int, kCriticalityClasses> thread_limits_{};
  mutable Mutex mutex_;
  CondVar wake_;
  std::array<std::deque<Item>, kCriticalityClasses> queues_ MUSTER_GUARDED_BY(mutex_);
  std::array<int, kCriticalityClasses> running_ MUSTER_GUARDED_BY(mutex_){};
  int shed_classes_ MUSTER_GUARDED_BY(mutex_) = 0;  ///< how many classes, from the last, are refused
  bool waiting_long_ MUSTER_GUARDED_BY(mutex_) = false;
  Duration since_ MUSTER_GUARDED_BY(mutex_){};  ///< when waiting_long_ or the number of shed classes last changed
  bool stopping_ MUSTER_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace muster::rpc
