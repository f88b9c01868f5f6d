#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "muster/base/random.h"

namespace muster::telemetry {

/// Where a call stands in a trace (W3C Trace Context, Level 1). A request is named by its `trace_id` in logs, calls and
/// events alike.
struct TraceContext {
  std::string trace_id;  ///< 32 lower-case hexadecimal digits, not all zero
  std::string span_id;   ///< 16 lower-case hexadecimal digits, not all zero ("parent-id" on the wire)
  bool sampled = true;
};

/// A new trace.
TraceContext NewTrace(Random& random);

/// The same trace with a span of its own: what an outgoing call carries.
TraceContext ChildOf(const TraceContext& parent, Random& random);

/// Reads a `traceparent` header by section 3.2 of the standard: later versions are read as far as version 00 goes,
/// version ff, zero ids and upper-case digits are refused. None for a header to be ignored.
std::optional<TraceContext> ParseTraceparent(std::string_view header);

/// The `traceparent` header, version 00.
std::string FormatTraceparent(const TraceContext& context);

/// Makes `context` the trace of this thread's log lines for as long as it lives, then puts back the one before.
class ScopedTrace {
 public:
  explicit ScopedTrace(TraceContext context);
  ~ScopedTrace();
  ScopedTrace(const ScopedTrace&) = delete;
  ScopedTrace& operator=(const ScopedTrace&) = delete;

 private:
  const TraceContext context_;
  const TraceContext* const outer_;
};

/// The trace of this thread; null outside every ScopedTrace.
const TraceContext* CurrentTrace();

}  // namespace muster::telemetry
