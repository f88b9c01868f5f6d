#pragma once

#include <string>

#include "muster/base/clock.h"

namespace muster::server {

/// Tells of a machine whose clock has jumped away from the time that the process goes by.
class ClockWatch {
 public:
  /// `clock` must outlive it.
  explicit ClockWatch(const Clock& clock) : clock_(clock) {}

  /// Writes into the log when the clock has jumped, and when it is back; called about once a second.
  Duration Step();
  /// What /readyz says; empty while the clock is right. Thread-safe.
  std::string Reason() const;

 private:
  const Clock& clock_;
  bool away_ = false;
};

}  // namespace muster::server
