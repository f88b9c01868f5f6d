#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "muster/base/clock.h"

namespace muster::registry {

/// The days that a cell of a sheet names, in Beijing. Either may be missing: "2026-12-31" has an end only, "2026-12-31
/// 起" a start only, "2024-05-12 至长期" no end.
struct DaySpan {
  std::optional<Time> start;  ///< the first moment of the first day
  std::optional<Time> end;    ///< the last day is still included
  bool open_ended = false;    ///< it says itself that there is no end: 长期
  bool operator==(const DaySpan&) const = default;
};

/// A day, a range of two days, or what means no end: "2026-12-31", "2026/12/31", "2026年12月31日止", "20261231",
/// "2024-05-12至2028-05-11", "自2024年1月1日至长期", "长期". A time behind a day is left out. None for whatever else.
std::optional<DaySpan> DaySpanFromText(std::string_view text);

/// The last day before such an end, "2026-12-31".
std::string DayBefore(Time end);
/// The day in Beijing that begins at this time, or in which it lies.
std::string DayOf(Time time);

/// True for a number that a spreadsheet shows where a date is not formatted as one: "46883".
bool LooksLikeSerialDate(std::string_view text);

}  // namespace muster::registry
