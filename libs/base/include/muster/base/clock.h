#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace muster {

using Duration = std::chrono::microseconds;
/// Wall-clock time in UTC, microseconds: what is stored, sent and shown.
using Time = std::chrono::time_point<std::chrono::system_clock, Duration>;

constexpr int64_t ToMicros(Time time) { return time.time_since_epoch().count(); }
constexpr Time FromMicros(int64_t micros) { return Time(Duration(micros)); }

/// The source of time. Rules never ask the system for time; it is passed to them. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time. May jump in either direction.
  virtual Time Now() const = 0;
  /// Time since an arbitrary start that never goes back: for waits and time-outs.
  virtual Duration Steady() const = 0;
};

/// The system's clock; one object for the process.
const Clock& SystemClock();

}  // namespace muster
