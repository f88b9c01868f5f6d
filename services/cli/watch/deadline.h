#pragma once

#include "muster/base/clock.h"

namespace muster::cli {

/// The end of something that may also have none.
class Deadline {
 public:
  /// `seconds` 0: never.
  Deadline(const Clock& clock, int seconds)
      : clock_(clock), end_(seconds == 0 ? Duration::max() : clock.Steady() + std::chrono::seconds(seconds)) {}
  bool HasPassed() const { return clock_.Steady() >= end_; }

 private:
  const Clock& clock_;
  const Duration end_;
};

}  // namespace muster::cli
