#pragma once

#include "muster/base/clock.h"
#include "services/dispatch/rpc/dispatch_service.h"

namespace muster::dispatch {

/// What dispatch does by itself: ends offers whose time has passed, sends the next wave of lines that are short and
/// tells of teams that are overdue. Every step is a command that is audited and that an operator's policy can stop. One
/// thread at a time; wake it from Database::OnCommit so that a refusal is followed by the next wave at once.
class Timers {
 public:
  /// `service` must outlive it.
  Timers(DispatchService& service, const Clock& clock) : service_(service), clock_(clock) {}

  /// Does what is due; answers how long it may sleep when nothing is committed meanwhile.
  Duration Step(Time now);

 private:
  DispatchService& service_;
  const Clock& clock_;
  Duration next_expiry_{};
  Duration next_arrival_{};
};

}  // namespace muster::dispatch
