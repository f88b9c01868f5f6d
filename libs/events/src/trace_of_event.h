#pragma once

#include <optional>

#include "muster/events/event.h"
#include "muster/telemetry/trace.h"

namespace muster::events {

/// While it lives, the log lines of this thread carry the trace of the call that caused `event`.
class TraceOfEvent {
 public:
  explicit TraceOfEvent(const FeedEvent& event) {
    if (auto context = telemetry::ParseTraceparent(event.traceparent)) {
      scope_.emplace(*std::move(context));
    }
  }

 private:
  std::optional<telemetry::ScopedTrace> scope_;
};

}  // namespace muster::events
