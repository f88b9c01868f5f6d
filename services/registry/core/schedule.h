#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "muster/domain/eligibility.h"

namespace muster::registry {

/// When a team is free: windows, hours of each week, and days on which it is not.
struct Schedule {
  std::vector<Window> windows;
  std::vector<WeeklyTime> weekly;
  std::vector<std::string> blackout_days;  ///< "2026-10-01"
};

/// "2026-10-01" from midnight to midnight in China's zone; none for a text that is no such day of 1900 to 2199.
std::optional<Window> WindowOfDay(std::string_view day);
/// Days that are next to each other make one window. Texts that are no days are left out.
std::vector<Window> BlackoutsOf(const std::vector<std::string>& days);

/// Sorts the schedule and checks it. Errors: OUT_OF_RANGE (too many, or a number), INVALID_FIELD (a day twice or none
/// at all), BAD_TIME (over already, more than two years ahead, overlapping windows).
absl::Status SortAndCheck(Schedule& schedule, Time now);

}  // namespace muster::registry
