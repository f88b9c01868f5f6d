#pragma once

#include <atomic>

#include "muster/base/clock.h"

namespace muster::testing {

/// A clock that moves only when told. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Time now = FromMicros(1'767'225'600'000'000)) : now_(ToMicros(now)) {}  // 2026-01-01T00:00:00Z
  Time Now() const override { return FromMicros(now_); }
  Duration Steady() const override { return Duration(steady_); }
  void Advance(Duration by) {
    now_ += by.count();
    steady_ += by.count();
  }
  /// Moves the wall clock alone, as an administrator or a bad time server does.
  void Jump(Duration by) { now_ += by.count(); }

 private:
  std::atomic<int64_t> now_;
  std::atomic<int64_t> steady_ = 1'000'000;
};

}  // namespace muster::testing
