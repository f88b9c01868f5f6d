#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/domain/principal.h"

namespace muster::rpc {

/// Tells whoever works for a call that its caller has gone. Thread-safe.
class CancelSignal {
 public:
  bool IsCancelled() const { return cancelled_.load(std::memory_order_acquire); }
  /// Marks it and runs the listeners, once.
  void Cancel();
  /// Runs `listener` at cancellation, on the cancelling thread; at once when that has happened already.
  void OnCancel(std::function<void()> listener);
  /// Forgets the listeners: what they capture is no longer needed.
  void Clear();

 private:
  std::atomic<bool> cancelled_ = false;
  Mutex mutex_;
  std::vector<std::function<void()>> listeners_ MUSTER_GUARDED_BY(mutex_);
};

/// Source addresses that are none: of calls by the local socket, which only this process's user may open, and of calls
/// that begin in this process.
inline constexpr char kUnixSource[] = "unix";
inline constexpr char kProcessSource[] = "local";
inline bool IsLocalSource(const std::string& address) { return address == kUnixSource || address == kProcessSource; }

/// A stream has no deadline: it lives by keepalive.
constexpr Duration kNoDeadline = Duration::max();

/// One call: who asks, until when, under which trace. Passed to handlers, and by them on to peers.
struct Call {
  Principal principal;             ///< empty for the methods that anyone may call
  std::string method;              ///< full protobuf name, "muster.identity.v1.IdentityService.WhoAmI"
  std::string access_token;        ///< as received; passed on to peers, never logged
  Time expire_time = Time::max();  ///< of the access token: a stream ends then
  std::string trace_id;            ///< 32 lower-case hexadecimal digits (W3C trace-context)
  std::string source_address;      ///< the client's address as this system saw it; "unix" for the local socket
  /// The service that the client's verified certificate names ("dispatch"). Set by the gRPC door alone, from the
  /// connection and never from a header; empty on unix sockets, without TLS and in calls within the process.
  std::string peer_service;
  Duration steady_deadline = kNoDeadline;  ///< Clock::Steady() at which the caller stops waiting
  std::shared_ptr<CancelSignal> cancel;    ///< may be null: a call that nobody can cancel

  bool IsCancelled() const { return cancel != nullptr && cancel->IsCancelled(); }
};

/// A call that starts here and not with a client: for relays, projections and timers. `access_token` is the
/// service's own; `timeout` is kNoDeadline for streams.
Call BackgroundCall(const Clock& clock, std::string access_token, Duration timeout);

/// 32 random hexadecimal digits.
std::string NewTraceId();

/// The trace id inside a W3C `traceparent` header; empty when it is not a valid one.
std::string TraceIdOfTraceparent(std::string_view traceparent);

/// A `traceparent` of this trace with a new span id.
std::string MakeTraceparent(const std::string& trace_id);

}  // namespace muster::rpc
