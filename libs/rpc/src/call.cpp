#include "muster/rpc/call.h"

#include <algorithm>
#include <array>
#include <utility>

#include "muster/base/random.h"

namespace muster::rpc {
namespace {

std::string HexOf(uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (size_t i = 0; i < 16; ++i) {
    text[15 - i] = kDigits[(value >> (4 * i)) & 0xf];
  }
  return text;
}

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

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
  call.source_address = "local";
  call.steady_deadline = timeout == kNoDeadline ? kNoDeadline : clock.Steady() + timeout;
  return call;
}

std::string NewTraceId() { return HexOf(SystemRandom().Next()) + HexOf(SystemRandom().Next() | 1); }

std::string TraceIdOfTraceparent(std::string_view traceparent) {
  // W3C Trace Context, section 3.2.2: version "-" trace-id "-" parent-id "-" flags.
  if (traceparent.size() < 55 || traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-' ||
      traceparent.starts_with("ff")) {
    return {};
  }
  const std::string_view trace_id = traceparent.substr(3, 32);
  const bool zero = trace_id.find_first_not_of('0') == std::string_view::npos;
  return !zero && IsLowerHex(trace_id) ? std::string(trace_id) : std::string();
}

std::string MakeTraceparent(const std::string& trace_id) {
  return "00-" + trace_id + "-" + HexOf(SystemRandom().Next() | 1) + "-01";
}

}  // namespace muster::rpc
