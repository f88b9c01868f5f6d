#pragma once

#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "muster/base/mutex.h"

namespace muster {

/// A fixed number of threads that run what is posted to them, in order of posting. Work that blocks (SQL reads,
/// Redis) runs here and never on a gRPC or Asio thread. Thread-safe. The destructor runs what is queued and joins.
class WorkPool {
 public:
  /// `queue_limit` bounds what waits: TryPost refuses beyond it.
  WorkPool(int threads, size_t queue_limit);
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  /// Queues `work`; false when the queue is full or the pool is stopping (then `work` never runs).
  bool TryPost(std::function<void()> work);
  size_t QueueLength() const;

 private:
  void Run();

  const size_t queue_limit_;
  mutable Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> queue_ MUSTER_GUARDED_BY(mutex_);
  bool stopping_ MUSTER_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace muster
