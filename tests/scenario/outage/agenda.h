#pragma once

#include <chrono>
#include <functional>
#include <queue>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "muster/base/mutex.h"

namespace muster::testing {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Does things at their times, on a thread of its own, one after the other; late ones at once. Thread-safe. What is not
/// done when the object goes is left out.
class Agenda {
 public:
  Agenda() : thread_([this] { Run(); }) {}
  ~Agenda() { Stop(); }
  Agenda(const Agenda&) = delete;
  Agenda& operator=(const Agenda&) = delete;

  /// `action` must not block.
  void At(SteadyTime time, std::function<void()> action) {
    MutexLock lock(mutex_);
    entries_.push({time, next_++, std::move(action)});
    changed_.NotifyAll();
  }

  /// Waits for the action that is going on; then nothing is done any more.
  void Stop() {
    {
      MutexLock lock(mutex_);
      stopped_ = true;
      changed_.NotifyAll();
    }
    if (thread_.joinable()) {
      thread_.join();
    }
  }

 private:
  struct Entry {
    SteadyTime time;
    int64_t number;  ///< of two with the same time the first comes first
    std::function<void()> action;
    bool operator<(const Entry& other) const {
      return std::tie(other.time, other.number) < std::tie(time, number);  // the queue's top is its greatest
    }
  };

  void Run() {
    while (std::function<void()> action = Next()) {
      action();
    }
  }

  std::function<void()> Next() {
    MutexLock lock(mutex_);
    while (!stopped_) {
      const auto now = std::chrono::steady_clock::now();
      if (!entries_.empty() && entries_.top().time <= now) {
        std::function<void()> action = entries_.top().action;
        entries_.pop();
        return action;
      }
      const auto until = entries_.empty() ? now + std::chrono::seconds(1) : entries_.top().time;
      (void)changed_.WaitFor(mutex_, std::chrono::ceil<Duration>(until - now));
    }
    return nullptr;
  }

  Mutex mutex_;
  CondVar changed_;
  std::priority_queue<Entry> entries_ MUSTER_GUARDED_BY(mutex_);
  int64_t next_ MUSTER_GUARDED_BY(mutex_) = 0;
  bool stopped_ MUSTER_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace muster::testing
