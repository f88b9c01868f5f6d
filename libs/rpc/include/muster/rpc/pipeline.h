#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/domain/principal.h"
#include "muster/domain/reason.h"
#include "muster/rpc/call.h"
#include "muster/rpc/method_table.h"

namespace muster::rpc {

/// Whom an access token speaks for, and until when.
struct Caller {
  Caller(Principal who, Time until = Time::max()) : principal(std::move(who)), expire_time(until) {}
  Principal principal;
  Time expire_time;
};

/// What is asked of the outside for every call, on both doors and on local calls. All are thread-safe and do not
/// block. Bound to libs/security by the program that wires the services.
struct Checks {
  /// Whom an access token speaks for (security::KeySet::VerifyClaims, which remembers what it verified). Errors:
  /// AUTH_REQUIRED, SESSION_EXPIRED.
  std::function<absl::StatusOr<Caller>(const std::string& access_token)> authenticate;
  /// True for methods that need no token (ExchangeKey, GetKeySet, Login).
  std::function<bool(const std::string& method)> is_anonymous;
  /// The policy table: OK or FORBIDDEN. A method without a row is refused.
  std::function<absl::Status(const Principal& principal, const std::string& method)> authorize;
  /// A rate limit: OK or RATE_LIMITED with metadata retry_after_s. May be empty.
  std::function<absl::Status(const Call& call, Criticality criticality)> rate_limit;
};

/// What is known of a call when it has ended; for logs and metrics. Holds no body and nothing personal.
struct CallRecord {
  std::string method;
  std::string trace_id;
  std::string account_id;
  std::string source_address;
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string reason;  ///< "TEAM_OVERLAP"; empty when OK
  Duration duration{};
  bool is_stream = false;
};

struct PipelineOptions {
  int unary_threads = 8;      ///< workers for handlers that may block
  int stream_threads = 64;    ///< most stream handlers that run at the same time
  size_t queue_limit = 1024;  ///< waiting calls in each class
  int max_in_flight = 4096;   ///< unary calls that were admitted and not yet answered
  Duration max_timeout = std::chrono::seconds(30);
  Duration shed_delay = std::chrono::milliseconds(100);  ///< a class that waits longer than this ...
  Duration shed_window = std::chrono::seconds(1);        ///< ... for this long is overloaded
  /// Called at the end of every call; must not block. May be empty.
  std::function<void(const CallRecord&)> observe;
  /// Called on the handler's thread; what it returns is dropped when the handler has returned. For the trace of log
  /// lines. May be empty.
  std::function<std::shared_ptr<void>(const Call&)> enter;
};

/// The one way from any door to a handler: authenticate, authorize (internal methods are for services and
/// local calls alone), check deadline, request_id and shape, admit by class, run, observe. Thread-safe.
class CallPipeline {
 public:
  /// The table and the clock must outlive it. The table may still be filled until the first call.
  CallPipeline(const MethodTable& table, Checks checks, PipelineOptions options, const Clock& clock);
  /// Waits until the running handlers have returned.
  ~CallPipeline();
  CallPipeline(const CallPipeline&) = delete;
  CallPipeline& operator=(const CallPipeline&) = delete;

  /// Runs a unary call. `call` comes with method, token, trace, source, deadline and cancel signal; the pipeline adds
  /// the principal. `request` must live until `reply` has run. `in_place`: the caller's thread may block, so the
  /// handler runs on it. Errors: those of Checks, DEADLINE_REQUIRED, REQUEST_ID_REQUIRED, those of CheckShape,
  /// OVERLOADED, DRAINING, DEADLINE, NOT_BUILT.
  void Unary(const Method& method, Call call, const google::protobuf::Message& request, bool in_place,
             ErasedReply reply);

  /// Starts a stream; errors arrive at the sink. `request` is owned by the pipeline until the handler returns.
  void Stream(const Method& method, Call call, std::unique_ptr<google::protobuf::Message> request,
              std::shared_ptr<ItemSink> sink);

  /// Ends the streams whose token has expired, with SESSION_EXPIRED; call it about once a second. With `recheck`, asks
  /// it about the token of every other stream too (once for each token) and ends those that it refuses with its error.
  /// It may block.
  void CheckStreams(const std::function<absl::Status(const std::string& access_token)>& recheck = {});

  /// Unary calls that were admitted and not yet answered.
  int in_flight() const;
  /// From now on new calls are answered DRAINING; calls that run go on, streams end with DRAINING.
  void Drain();
  /// Waits until no unary call runs, at most `grace`; false when some still do.
  bool WaitIdle(Duration grace);

  const MethodTable& table() const;
  const Clock& clock() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace muster::rpc
