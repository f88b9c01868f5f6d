#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"

namespace muster::cli {

/// A length of time: "90s", "30m", "8h", "2d", "1h30m". Usage errors say how to write it.
absl::StatusOr<Duration> ParseDuration(std::string_view text);

/// A moment: "now", "+1h", "-30m" (from `now`), RFC 3339 with an offset ("2026-01-31T08:30:00+08:00" or "...Z"), or a
/// time of China's zone, UTC+8, wherever the host is ("2026-01-31 08:30", "08:30" for the next time the clock shows it,
/// "2026-01-31" for the beginning of the day).
absl::StatusOr<Time> ParseTime(std::string_view text, Time now);

/// The same for the end of something: a day is included, so "2026-01-31" is the end of that day.
absl::StatusOr<Time> ParseEnd(std::string_view text, Time now);

}  // namespace muster::cli
