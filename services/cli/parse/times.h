#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"

namespace muster::cli {

/// A length of time: "90s", "30m", "8h", "2d", "1h30m". Usage errors say how to write it.
absl::StatusOr<Duration> ParseDuration(std::string_view text);

/// A moment: "now", "+1h", "-30m" (from `now`), RFC 3339 with an offset ("2026-01-31T08:30:00+08:00" or "...Z"), or a
/// local time of this host ("2026-01-31 08:30", "08:30" for the next time the clock shows it).
absl::StatusOr<Time> ParseTime(std::string_view text, Time now);

}  // namespace muster::cli
