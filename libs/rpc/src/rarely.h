#pragma once

#include <chrono>
#include <string>
#include <unordered_map>

#include "muster/base/clock.h"
#include "muster/base/mutex.h"

namespace muster::rpc {

/// Keeps a log readable while something fails again and again: lets the same text pass once in ten seconds.
/// Thread-safe.
class Rarely {
 public:
  bool Passes(const std::string& text) {
    constexpr Duration kPause = std::chrono::seconds(10);
    constexpr size_t kMost = 256;
    const Duration now = SystemClock().Steady();
    MutexLock lock(mutex_);
    if (last_.size() > kMost) {
      last_.clear();
    }
    const auto [found, is_new] = last_.try_emplace(text, now);
    if (!is_new && now - found->second < kPause) {
      return false;
    }
    found->second = now;
    return true;
  }

 private:
  Mutex mutex_;
  std::unordered_map<std::string, Duration> last_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace muster::rpc
