#pragma once

#include <chrono>
#include <deque>

#include "muster/base/clock.h"

namespace muster::events {

/// Keeps callers from waiting on something that is down: opens after 5 failures within 10 s, and then lets one try
/// through every 2 s until one succeeds. A success closes it and takes no failure back: a server that answers reads and
/// refuses writes opens it again at the next refusal. Not thread-safe. Times are steady.
class Breaker {
 public:
  bool Allow(Duration steady) {
    if (!open_ || steady - last_try_ >= kRetry) {
      last_try_ = steady;
      return true;
    }
    return false;
  }
  void Succeeded() { open_ = false; }
  void Failed(Duration steady) {
    failures_.push_back(steady);
    while (steady - failures_.front() > kWindow) {
      failures_.pop_front();
    }
    open_ = open_ || failures_.size() >= kFailures;
    if (failures_.size() > kFailures) {
      failures_.pop_front();
    }
  }
  bool is_open() const { return open_; }

 private:
  static constexpr size_t kFailures = 5;
  static constexpr Duration kWindow = std::chrono::seconds(10);
  static constexpr Duration kRetry = std::chrono::seconds(2);

  std::deque<Duration> failures_;
  Duration last_try_{};
  bool open_ = false;
};

}  // namespace muster::events
