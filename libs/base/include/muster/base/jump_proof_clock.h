#pragma once

#include <atomic>

#include "muster/base/clock.h"

namespace muster {

/// Wall-clock time that goes on evenly while the process runs, whatever an administrator or a time server does to the
/// machine's clock: a deadline that was promised as "in ten minutes" comes in ten minutes. It starts with what the
/// machine's clock says. A clock that is less than a second away is followed, by half a millisecond a second at most,
/// the pace at which Linux itself corrects a clock; one that is further away has jumped and is not followed: people
/// are told (`skew`), and the next start believes it again. Thread-safe.
class JumpProofClock final : public Clock {
 public:
  /// How far the machine's clock may be away before it is no longer followed.
  static constexpr Duration kTrusted = std::chrono::seconds(1);

  /// `source`, the machine's clock, must outlive it.
  explicit JumpProofClock(const Clock& source);

  Time Now() const override;
  Duration Steady() const override { return source_.Steady(); }
  Duration Skew() const override;

 private:
  void Follow(Duration steady) const;

  const Clock& source_;
  mutable std::atomic<int64_t> offset_us_;    ///< wall-clock time less steady time
  mutable std::atomic<int64_t> followed_us_;  ///< steady time of the last correction
};

}  // namespace muster
