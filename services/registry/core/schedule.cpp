#include "services/registry/core/schedule.h"

#include <algorithm>
#include <charconv>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/field_checks.h"

namespace muster::registry {
namespace {

constexpr Duration kLongestPlan = std::chrono::hours(24 * 366 * 2);
constexpr Duration kChina = std::chrono::hours(8);
constexpr int64_t kMaxWindows = 200;
constexpr int64_t kMaxWeekly = 50;
constexpr int64_t kMaxBlackoutDays = 400;
constexpr int kAllDays = (1 << 7) - 1;
constexpr int kMinutesOfDay = 24 * 60;

/// A number of exactly so many digits; -1 for anything else.
int Digits(std::string_view text) {
  int number = 0;
  const bool is_number = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  std::from_chars(text.data(), text.data() + text.size(), number);
  return is_number ? number : -1;
}

absl::Status CheckPlanned(Time end, Time now, const std::string& field) {
  if (end <= now) {
    return BadTime(field, "时段已经结束", "a window is over already");
  }
  return end <= now + kLongestPlan ? absl::OkStatus()
                                   : BadTime(field, "最多提前两年申报", "a window ends more than two years ahead");
}

absl::Status CheckWindows(const std::vector<Window>& sorted, Time now) {
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(sorted.size()), 0, kMaxWindows, "windows"));
  for (size_t i = 0; i < sorted.size(); ++i) {
    MUSTER_RETURN_IF_ERROR(CheckWindow(sorted[i], "windows"));
    MUSTER_RETURN_IF_ERROR(CheckPlanned(sorted[i].end, now, "windows"));
    if (i > 0 && sorted[i - 1].Overlaps(sorted[i])) {
      return BadTime("windows", "时段互相重叠", "two windows overlap");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckWeekly(const WeeklyTime& weekly, Time now, const std::string& at) {
  MUSTER_RETURN_IF_ERROR(CheckRange(weekly.weekdays, 1, kAllDays, at + ".weekdays"));
  MUSTER_RETURN_IF_ERROR(CheckRange(weekly.start_minute, 0, kMinutesOfDay - 1, at + ".start_minute"));
  MUSTER_RETURN_IF_ERROR(CheckRange(weekly.length_minutes, 1, kMinutesOfDay, at + ".end_minute"));
  if (weekly.valid_until) {
    MUSTER_RETURN_IF_ERROR(CheckPlanned(*weekly.valid_until, now, at + ".valid_until_time"));
  }
  if (weekly.valid_from && weekly.valid_until) {
    return CheckWindow({*weekly.valid_from, *weekly.valid_until}, at + ".valid_until_time");
  }
  return weekly.valid_from && *weekly.valid_from > now + kLongestPlan
             ? BadTime(at + ".valid_from_time", "最多提前两年申报", "it begins more than two years ahead")
             : absl::OkStatus();
}

absl::Status CheckDays(const std::vector<std::string>& sorted, Time now) {
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(sorted.size()), 0, kMaxBlackoutDays, "blackout_days"));
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    return Error(Reason::kInvalidField, "blackout_days");
  }
  for (const std::string& day : sorted) {
    const std::optional<Window> window = WindowOfDay(day);
    if (!window) {
      return Error(Reason::kInvalidField, "blackout_days");
    }
    MUSTER_RETURN_IF_ERROR(CheckPlanned(window->end, now, "blackout_days"));
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<Window> WindowOfDay(std::string_view day) {
  if (day.size() != 10 || day[4] != '-' || day[7] != '-') {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(Digits(day.substr(0, 4))),
                                         std::chrono::month(static_cast<unsigned>(Digits(day.substr(5, 2)))),
                                         std::chrono::day(static_cast<unsigned>(Digits(day.substr(8, 2)))));
  if (!date.ok() || date.year() < std::chrono::year(1900) || date.year() > std::chrono::year(2199)) {
    return std::nullopt;
  }
  const Time start = Time(std::chrono::sys_days(date)) - kChina;
  return Window{start, start + std::chrono::hours(24)};
}

std::vector<Window> BlackoutsOf(const std::vector<std::string>& days) {
  std::vector<Window> windows;
  for (const std::string& day : days) {
    const std::optional<Window> window = WindowOfDay(day);
    if (window && !windows.empty() && windows.back().end == window->start) {
      windows.back().end = window->end;
    } else if (window) {
      windows.push_back(*window);
    }
  }
  return windows;
}

absl::Status SortAndCheck(Schedule& schedule, Time now) {
  std::sort(schedule.windows.begin(), schedule.windows.end(),
            [](const Window& a, const Window& b) { return a.start < b.start; });
  std::sort(schedule.blackout_days.begin(), schedule.blackout_days.end());
  MUSTER_RETURN_IF_ERROR(CheckWindows(schedule.windows, now));
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(schedule.weekly.size()), 0, kMaxWeekly, "weekly"));
  for (size_t i = 0; i < schedule.weekly.size(); ++i) {
    MUSTER_RETURN_IF_ERROR(CheckWeekly(schedule.weekly[i], now, "weekly[" + std::to_string(i) + "]"));
  }
  return CheckDays(schedule.blackout_days, now);
}

}  // namespace muster::registry
