#include "services/exchange/core/cap_time.h"

#include <chrono>

#include "muster/base/text.h"

namespace muster::exchange {
namespace {

/// Takes characters off the front of a text, remembering whether all were as expected.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  int Digits(size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (text_.empty() || text_[0] < '0' || text_[0] > '9') {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    return value;
  }
  void Expect(char c) { ok_ = Accept(c) && ok_; }
  bool Accept(char c) {
    if (!text_.starts_with(c)) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }
  /// A fraction of a second, cut to microseconds.
  Duration Fraction() {
    int64_t micros = 0;
    int64_t unit = 100'000;
    bool any = false;
    while (!text_.empty() && text_[0] >= '0' && text_[0] <= '9') {
      micros += unit * (text_[0] - '0');
      unit /= 10;
      text_.remove_prefix(1);
      any = true;
    }
    ok_ = ok_ && any;
    return Duration(micros);
  }
  /// Minutes east of Greenwich.
  std::chrono::minutes Offset(bool* plain) {
    if (Accept('Z')) {
      *plain = false;
      return {};
    }
    const bool west = Accept('-');
    if (!west) {
      Expect('+');
    }
    const int hours = Digits(2);
    Expect(':');
    const int minutes = Digits(2);
    ok_ = ok_ && hours <= 14 && minutes <= 59;
    return std::chrono::minutes((west ? -1 : 1) * (hours * 60 + minutes));
  }
  bool AtEnd() const { return ok_ && text_.empty(); }

 private:
  std::string_view text_;
  bool ok_ = true;
};

}  // namespace

std::optional<CapTime> ReadCapTime(std::string_view text) {
  Cursor cursor(text);
  const int year = cursor.Digits(4);
  cursor.Expect('-');
  const int month = cursor.Digits(2);
  cursor.Expect('-');
  const int day = cursor.Digits(2);
  cursor.Expect('T');
  const int hour = cursor.Digits(2);
  cursor.Expect(':');
  const int minute = cursor.Digits(2);
  cursor.Expect(':');
  const int second = cursor.Digits(2);
  CapTime result;
  Duration fraction{};
  if (cursor.Accept('.')) {
    fraction = cursor.Fraction();
    result.is_plain = false;
  }
  const auto offset = cursor.Offset(&result.is_plain);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!cursor.AtEnd() || !date.ok() || year < 1970 || year > 2199 || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  result.time = Time(std::chrono::sys_days(date).time_since_epoch()) + std::chrono::hours(hour) +
                std::chrono::minutes(minute) + std::chrono::seconds(second) + fraction - offset;
  return result;
}

std::string FormatCapTime(Time time) {
  constexpr size_t kUpToSeconds = 19;
  return FormatMicros(ToMicros(time)).substr(0, kUpToSeconds) + "-00:00";
}

}  // namespace muster::exchange
