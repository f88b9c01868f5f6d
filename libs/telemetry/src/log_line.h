#pragma once

#include <string>
#include <string_view>

#include "muster/base/clock.h"
#include "muster/telemetry/log.h"
#include "muster/telemetry/trace.h"

namespace muster::telemetry {

/// What a line says beside its fields.
struct LineHead {
  Time time;
  Level level = Level::kInfo;
  std::string_view service;
  std::string_view message;
  const TraceContext* trace = nullptr;
};

/// The line as one JSON object, with a line feed.
std::string JsonLine(const LineHead& head, Fields fields);

/// The line for people, with a line feed.
std::string TextLine(const LineHead& head, Fields fields);

/// `text` as a JSON string. Control, bidirectional and line-separating characters are escaped, so no text can break the
/// line or steer a terminal; bytes above 127 of what is not UTF-8 become U+FFFD; the rest after 4,096 bytes is cut.
std::string QuoteJson(std::string_view text);

}  // namespace muster::telemetry
