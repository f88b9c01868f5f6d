#include "services/cli/parse/times.h"

#include <charconv>
#include <ctime>
#include <optional>

#include "muster/base/status_macros.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

using std::chrono::seconds;

constexpr auto kZoneOfChina = std::chrono::hours(8);

absl::Status BadDuration(std::string_view text) {
  const std::string given(text);
  return UsageError({"时长“" + given + "”写法不对。例：30m、8h、2d、1h30m。",
                     "\"" + given + "\" is not a length of time. Write 30m, 8h, 2d or 1h30m."});
}

absl::Status BadTime(std::string_view text) {
  const std::string given(text);
  return UsageError(
      {"时间“" + given +
           "”写法不对。例：now、+1h、2026-01-31、\"2026-01-31 08:30\"（北京时间）、2026-01-31T08:30:00+08:00。",
       "\"" + given +
           "\" is not a time. Write now, +1h, 2026-01-31, \"2026-01-31 08:30\" (of China's zone) or "
           "2026-01-31T08:30:00+08:00."});
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

/// The day that it is at `now` in China.
std::tm ChinasDay(Time now) {
  const std::time_t moment = std::chrono::floor<seconds>(now + kZoneOfChina).time_since_epoch().count();
  std::tm day{};
  gmtime_r(&moment, &day);
  day.tm_sec = 0;
  return day;
}

Time FromSeconds(std::time_t moment) { return Time(seconds(moment)); }

/// The moment at which clocks in China show `fields`.
Time InChina(std::tm fields) { return FromSeconds(timegm(&fields)) - kZoneOfChina; }

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

/// The beginning of a day in China: "2026-01-31".
std::optional<Time> ParseDay(const std::string& text) {
  const auto fields = text.size() == 10 ? Scan(text, "%Y-%m-%d", {}) : std::nullopt;
  if (!fields) {
    return std::nullopt;
  }
  const std::chrono::year_month_day day(std::chrono::year(fields->tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(fields->tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(fields->tm_mday)));
  return day.ok() ? std::optional(InChina(*fields)) : std::nullopt;
}

std::optional<Time> ParseChinas(const std::string& text, Time now) {
  for (const char* form : {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"}) {
    if (const auto fields = Scan(text, form, {}); fields.has_value()) {
      return InChina(*fields);
    }
  }
  if (const auto fields = Scan(text, "%H:%M", ChinasDay(now)); fields.has_value()) {
    const Time today = InChina(*fields);
    return today >= now ? today : today + std::chrono::hours(24);
  }
  return ParseDay(text);
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
  if (const auto time = ParseChinas(copy, now); time.has_value()) {
    return *time;
  }
  return BadTime(text);
}

absl::StatusOr<Time> ParseEnd(std::string_view text, Time now) {
  if (const auto day = ParseDay(std::string(text)); day.has_value()) {
    return *day + std::chrono::hours(24);
  }
  return ParseTime(text, now);
}

}  // namespace muster::cli
