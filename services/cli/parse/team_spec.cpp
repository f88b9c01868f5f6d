#include "services/cli/parse/team_spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "muster/base/status_macros.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/exit_code.h"
#include "services/cli/output/format.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

std::string_view Cut(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

/// -1 for anything but a whole number.
int Number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error != std::errc() || end != text.data() + text.size() || text.empty() ? -1 : number;
}

absl::Status Misuse(std::string_view text, const std::string& form) {
  return UsageError({"“" + std::string(text) + "”应写作 " + form + "。",
                     "\"" + std::string(text) + "\" is to be written " + form + "."});
}

/// Minutes after midnight of "08:00"; -1 for anything else.
int MinuteOf(std::string_view text) {
  const int hour = Number(Cut(text, ':'));
  const int minute = Number(text);
  const bool fits = hour >= 0 && hour <= 24 && minute >= 0 && minute < 60 && hour * 60 + minute <= 24 * 60;
  return fits ? hour * 60 + minute : -1;
}

}  // namespace

absl::StatusOr<registry::v1::TeamEquipment> ParseEquipment(std::string_view text) {
  std::string_view rest = text;
  registry::v1::TeamEquipment item;
  item.set_kind(std::string(Cut(rest, ':')));
  item.set_count(Number(Cut(rest, ':')));
  item.set_note(std::string(rest));
  return item.count() < 0 || item.kind().empty() ? absl::StatusOr<registry::v1::TeamEquipment>(Misuse(text, "boat:2"))
                                                 : item;
}

absl::StatusOr<registry::v1::TeamCapability> ParseTeamCapability(std::string_view text, Time now) {
  std::string_view rest = text;
  registry::v1::TeamCapability held;
  held.set_capability(std::string(Cut(rest, ':')));
  held.set_level(Number(Cut(rest, ':')));
  if (held.level() < 0 || rest.empty()) {
    return Misuse(text, "water:2:2027-12-31");
  }
  MUSTER_ASSIGN_OR_RETURN(const Time until, ParseEnd(rest, now));
  *held.mutable_valid_until_time() = ToTimestamp(until);
  return held;
}

absl::StatusOr<registry::v1::WeeklyTime> ParseWeeklyTime(std::string_view text) {
  static constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::string_view rest = text;
  std::string_view days = Cut(rest, ' ');
  registry::v1::WeeklyTime weekly;
  while (!days.empty()) {
    const auto day = std::find(kDays.begin(), kDays.end(), Cut(days, ','));
    weekly.add_weekdays(static_cast<registry::v1::Weekday>(day - kDays.begin() + 1));
  }
  weekly.set_start_minute(MinuteOf(Cut(rest, '-')));
  weekly.set_end_minute(MinuteOf(rest));
  const bool known = !weekly.weekdays().empty() &&
                     std::all_of(weekly.weekdays().begin(), weekly.weekdays().end(), [](int day) { return day <= 7; });
  if (!known || weekly.start_minute() < 0 || weekly.end_minute() < 0) {
    return Misuse(text, "\"sat,sun 08:00-20:00\"");
  }
  return weekly;
}

}  // namespace muster::cli
