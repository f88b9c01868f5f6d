#include "muster/telemetry/trace.h"

#include <algorithm>

#include "fmt/format.h"

namespace muster::telemetry {
namespace {

// version "-" trace-id "-" parent-id "-" flags
constexpr size_t kLength = 55;
constexpr size_t kTraceAt = 3;
constexpr size_t kTraceLength = 32;
constexpr size_t kSpanAt = 36;
constexpr size_t kSpanLength = 16;
constexpr size_t kFlagsAt = 53;

thread_local const TraceContext* current_trace = nullptr;

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsId(std::string_view text) { return IsHex(text) && text.find_first_not_of('0') != std::string_view::npos; }

/// 64 random bits, never zero.
uint64_t NonZero(Random& random) {
  uint64_t bits = 0;
  while (bits == 0) bits = random.Next();
  return bits;
}

bool HasShape(std::string_view header) {
  if (header.size() < kLength || header[2] != '-' || header[35] != '-' || header[52] != '-') return false;
  const std::string_view version = header.substr(0, 2);
  if (!IsHex(version) || version == "ff") return false;
  return header.size() == kLength || (version != "00" && header[kLength] == '-');
}

}  // namespace

TraceContext NewTrace(Random& random) {
  const uint64_t high = random.Next();
  return {.trace_id = fmt::format("{:016x}{:016x}", high, NonZero(random)),
          .span_id = fmt::format("{:016x}", NonZero(random))};
}

TraceContext ChildOf(const TraceContext& parent, Random& random) {
  return {.trace_id = parent.trace_id, .span_id = fmt::format("{:016x}", NonZero(random)), .sampled = parent.sampled};
}

std::optional<TraceContext> ParseTraceparent(std::string_view header) {
  if (!HasShape(header)) return {};
  const std::string_view trace_id = header.substr(kTraceAt, kTraceLength);
  const std::string_view span_id = header.substr(kSpanAt, kSpanLength);
  const std::string_view flags = header.substr(kFlagsAt, 2);
  if (!IsId(trace_id) || !IsId(span_id) || !IsHex(flags)) return {};
  const bool sampled = std::string_view("13579bdf").find(flags[1]) != std::string_view::npos;
  return TraceContext{.trace_id = std::string(trace_id), .span_id = std::string(span_id), .sampled = sampled};
}

std::string FormatTraceparent(const TraceContext& context) {
  return fmt::format("00-{}-{}-{}", context.trace_id, context.span_id, context.sampled ? "01" : "00");
}

ScopedTrace::ScopedTrace(TraceContext context) : context_(std::move(context)), outer_(current_trace) {
  current_trace = &context_;
}

ScopedTrace::~ScopedTrace() { current_trace = outer_; }

const TraceContext* CurrentTrace() { return current_trace; }

}  // namespace muster::telemetry
