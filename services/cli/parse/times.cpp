#include "services/cli/parse/times.h"

#include <charconv>
#include <ctime>
#include <optional>

#include "muster/base/status_macros.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

using std::chrono::seconds;

absl::Status BadDuration(std::string_view text) {
  const std::string given(text);
  return UsageError({"时长“" + given + "”写法不对。例：30m、8h、2d、1h30m。",
                     "\"" + given + "\" is not a length of time. Write 30m, 8h, 2d or 1h30m."});
}

absl::Status BadTime(std::string_view text) {
  const std::string given(text);
  return UsageError(
      {"时间“" + given + "”写法不对。例：now、+1h、2026-01-31T08:30:00+08:00、\"2026-01-31 08:30\"。",
       "\"" + given + "\" is not a time. Write now, +1h, 2026-01-31T08:30:00+08:00 or \"2026-01-31 08:30\"."});
}

std::optional<seconds> UnitOf(char unit) {
  switch (unit) {
    case 's':
      return seconds(1);
    case 'm':
      return seconds(60);
    case 'h':
      return seconds(3600);
    case 'd':
      return seconds(86400);
    default:
      return std::nullopt;
  }
}

/// Reads exactly `form` (of strptime) and nothing after it.
std::optional<std::tm> Scan(const std::string& text, const char* form, std::tm start) {
  const char* end = strptime(text.c_str(), form, &start);
  return end != nullptr && *end == '\0' ? std::optional(start) : std::nullopt;
}

std::tm LocalDay(Time now) {
  const std::time_t moment = std::chrono::duration_cast<seconds>(now.time_since_epoch()).count();
  std::tm day{};
  localtime_r(&moment, &day);
  day.tm_sec = 0;
  day.tm_isdst = -1;
  return day;
}

Time FromSeconds(std::time_t moment) { return Time(seconds(moment)); }

std::optional<Time> ParseAbsolute(std::string text) {
  if (text.size() > 1 && text.back() == 'Z') {
    text = text.substr(0, text.size() - 1) + "+0000";
  }
  for (const char* form : {"%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"}) {
    if (auto fields = Scan(text, form, {}); fields.has_value()) {
      const long offset = fields->tm_gmtoff;
      return FromSeconds(timegm(&*fields) - offset);
    }
  }
  return std::nullopt;
}

std::optional<Time> ParseLocal(const std::string& text, Time now) {
  std::tm empty{};
  empty.tm_isdst = -1;
  for (const char* form : {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"}) {
    if (auto fields = Scan(text, form, empty); fields.has_value()) {
      return FromSeconds(mktime(&*fields));
    }
  }
  if (auto fields = Scan(text, "%H:%M", LocalDay(now)); fields.has_value()) {
    const Time today = FromSeconds(mktime(&*fields));
    if (today >= now) {
      return today;
    }
    ++fields->tm_mday;
    fields->tm_isdst = -1;
    return FromSeconds(mktime(&*fields));
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<Duration> ParseDuration(std::string_view text) {
  constexpr int64_t kMostSeconds = 10LL * 366 * 86400;
  std::string_view rest = text;
  seconds total{0};
  while (!rest.empty()) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc() || number < 0 || number > kMostSeconds || end == rest.data() + rest.size()) {
      return BadDuration(text);
    }
    const auto unit = UnitOf(*end);
    if (!unit.has_value()) {
      return BadDuration(text);
    }
    total += number * *unit;
    rest.remove_prefix(static_cast<size_t>(end + 1 - rest.data()));
  }
  if (total == seconds(0) || total.count() > kMostSeconds) {
    return BadDuration(text);
  }
  return total;
}

absl::StatusOr<Time> ParseTime(std::string_view text, Time now) {
  if (text == "now") {
    return now;
  }
  if (text.starts_with('+') || text.starts_with('-')) {
    const auto distance = ParseDuration(text.substr(1));
    if (!distance.ok()) {
      return BadTime(text);
    }
    return text[0] == '+' ? now + *distance : now - *distance;
  }
  const std::string copy(text);
  if (const auto time = ParseAbsolute(copy); time.has_value()) {
    return *time;
  }
  if (const auto time = ParseLocal(copy, now); time.has_value()) {
    return *time;
  }
  return BadTime(text);
}

}  // namespace muster::cli
