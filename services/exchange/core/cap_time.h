#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "muster/base/clock.h"

namespace muster::exchange {

/// A time as read from a document.
struct CapTime {
  Time time{};
  /// True when it is `YYYY-MM-DDThh:mm:ss` with an offset of hours and minutes and nothing else, as CAP 1.2 wants it
  /// (section 3.3.2). False for what is understood besides: `Z` for the offset, and fractions of a second.
  bool is_plain = true;
};

/// Reads a time. None for anything that does not say which instant is meant or does not exist: no offset, a comma for
/// its sign (which the standard's schema admits by mistake), a day or second that the calendar does not have (leap
/// seconds too), a year outside 1970 to 2199.
std::optional<CapTime> ReadCapTime(std::string_view text);

/// The instant as CAP 1.2 writes it, in UTC: "2026-01-31T08:30:00-00:00".
std::string FormatCapTime(Time time);

}  // namespace muster::exchange
