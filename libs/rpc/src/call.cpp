#include "muster/rpc/call.h"

#include <utility>

#include "muster/base/random.h"
#include "muster/telemetry/trace.h"

namespace muster::rpc {

void CancelSignal::Cancel() {
  std::vector<std::function<void()>> listeners;
  {
    MutexLock lock(mutex_);
    if (cancelled_.exchange(true, std::memory_order_acq_rel)) {
      return;
    }
    listeners.swap(listeners_);
  }
  for (const auto& listener : listeners) {
    listener();
  }
}

void CancelSignal::OnCancel(std::function<void()> listener) {
  {
    MutexLock lock(mutex_);
    if (!cancelled_.load(std::memory_order_acquire)) {
      listeners_.push_back(std::move(listener));
      return;
    }
  }
  listener();
}

void CancelSignal::Clear() {
  std::vector<std::function<void()>> listeners;
  MutexLock lock(mutex_);
  listeners.swap(listeners_);
}

Call BackgroundCall(const Clock& clock, std::string access_token, Duration timeout) {
  Call call;
  call.access_token = std::move(access_token);
  call.trace_id = NewTraceId();
  call.source_address = kProcessSource;
  call.steady_deadline = timeout == kNoDeadline ? kNoDeadline : clock.Steady() + timeout;
  return call;
}

std::string NewTraceId() { return telemetry::NewTrace(SystemRandom()).trace_id; }

std::string TraceIdOfTraceparent(std::string_view traceparent) {
  const auto trace = telemetry::ParseTraceparent(traceparent);
  return trace.has_value() ? trace->trace_id : std::string();
}

std::string MakeTraceparent(const std::string& trace_id) {
  telemetry::TraceContext trace = telemetry::NewTrace(SystemRandom());
  trace.trace_id = trace_id;
  return telemetry::FormatTraceparent(trace);
}

}  // namespace muster::rpc
