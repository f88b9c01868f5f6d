#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "muster/base/mutex.h"

namespace muster::rpc {

/// Threads for stream handlers, which may block for as long as their stream lives: made when needed, up to a limit,
/// and kept. Thread-safe.
class StreamPool {
 public:
  explicit StreamPool(int limit) : limit_(limit) {}
  /// Joins: every handler must have returned or be about to.
  ~StreamPool();
  StreamPool(const StreamPool&) = delete;
  StreamPool& operator=(const StreamPool&) = delete;

  /// Runs `work` on a thread of its own; false when all are busy.
  bool TryPost(std::function<void()> work);

 private:
  void Run();

  const int limit_;
  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> queue_ MUSTER_GUARDED_BY(mutex_);
  int idle_ MUSTER_GUARDED_BY(mutex_) = 0;
  bool stopping_ MUSTER_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace muster::rpc
