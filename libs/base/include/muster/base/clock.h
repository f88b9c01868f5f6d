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
  /// Time since an arbitrary start that never goes back, also while the machine sleeps: for waits and time-outs.
  virtual Duration Steady() const = 0;
  /// How far the machine's clock is ahead of Now(): of a clock that does not follow every jump (JumpProofClock).
  virtual Duration Skew() const { return Duration::zero(); }
};

/// The time of this process: the machine's clock, without its jumps (JumpProofClock). One object for the process.
///
/// Where the build option MUSTER_FAILPOINTS is on, the environment variable MUSTER_CLOCK_OFFSET_FILE may name a file
/// with a whole number of seconds by which the machine's clock is moved (nothing: 0), looked at every 100 ms.
const Clock& SystemClock();

}  // namespace muster
