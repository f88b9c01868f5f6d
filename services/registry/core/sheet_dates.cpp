#include "services/registry/core/sheet_dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "services/registry/core/half_width.h"

namespace muster::registry {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr auto kZoneOfChina = std::chrono::hours(8);

/// Between and around days, without a meaning of their own.
constexpr auto kFillers =
    std::to_array<std::string_view>({" ",  "\t", "\n", "T", "有效期", "期限", "：", ":", "从", "自", "由",    "到",
                                     "至", "止", "截", "~", "～",     "-",    "—",  "–", "－", "to", "until", "from"});

constexpr auto kNoEnd = std::to_array<std::string_view>({"长期有效", "长期", "永久", "无固定期限", "无期限"});

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes words off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool Take(std::string_view word) {
    if (!rest_.starts_with(word)) {
      return false;
    }
    rest_.remove_prefix(word.size());
    return true;
  }

  template <class Words>
  bool TakeOneOf(const Words& words) {
    return std::any_of(words.begin(), words.end(), [this](std::string_view word) { return Take(word); });
  }

  /// A number of `least` to `most` digits, followed by no other digit.
  std::optional<int> TakeNumber(size_t least, size_t most) {
    size_t length = 0;
    int number = 0;
    while (length < rest_.size() && length <= most && IsDigit(rest_[length])) {
      number = number * 10 + (rest_[length++] - '0');
    }
    if (length < least || length > most) {
      return std::nullopt;
    }
    rest_.remove_prefix(length);
    return number;
  }

  /// "08:30", "08:30:00": understood and left out.
  bool TakeClock() {
    const std::string_view before = rest_;
    const auto hour = TakeNumber(1, 2);
    const bool minutes = hour && Take(":") && TakeNumber(2, 2);
    if (!minutes) {
      rest_ = before;
      return false;
    }
    if (Take(":") && !TakeNumber(2, 2)) {
      rest_ = before;
      return false;
    }
    return true;
  }

  std::optional<sys_days> TakeDay() {
    const std::string_view before = rest_;
    const auto day = TakeNumbersOfDay();
    if (!day || !day->ok() || static_cast<int>(day->year()) < 1900 || static_cast<int>(day->year()) > 2198) {
      rest_ = before;
      return std::nullopt;
    }
    return sys_days(*day);
  }

 private:
  static year_month_day Day(int year, int month, int day) {
    return {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
            std::chrono::day(static_cast<unsigned>(day))};
  }

  std::optional<year_month_day> TakeNumbersOfDay() {
    if (const auto all = TakeNumber(8, 8)) {
      return Day(*all / 10'000, *all / 100 % 100, *all % 100);
    }
    const auto year = TakeNumber(4, 4);
    if (!year || !TakeOneOf(std::to_array<std::string_view>({"-", "/", ".", "年"}))) {
      return std::nullopt;
    }
    const auto month = TakeNumber(1, 2);
    if (!month || !TakeOneOf(std::to_array<std::string_view>({"-", "/", ".", "月"}))) {
      return std::nullopt;
    }
    const auto day = TakeNumber(1, 2);
    if (!day) {
      return std::nullopt;
    }
    TakeOneOf(std::to_array<std::string_view>({"日", "号"}));
    return Day(*year, *month, *day);
  }

  std::string_view rest_;
};

/// What a text names, in its order.
struct Named {
  std::optional<sys_days> first;
  std::optional<sys_days> second;
  bool no_end = false;
  bool begins = false;  ///< 起 stands behind the first day
};

std::optional<Named> NamedIn(std::string_view text) {
  Named named;
  Scanner scanner(text);
  while (!scanner.at_end()) {
    if (const auto day = scanner.TakeDay()) {
      if (named.second || named.no_end) {
        return std::nullopt;
      }
      (named.first ? named.second : named.first) = day;
    } else if (scanner.TakeOneOf(kNoEnd)) {
      if (named.second || named.no_end) {
        return std::nullopt;
      }
      named.no_end = true;
    } else if (scanner.Take("起")) {
      named.begins = true;
    } else if (!scanner.TakeClock() && !scanner.TakeOneOf(kFillers)) {
      return std::nullopt;
    }
  }
  return named;
}

Time StartOf(sys_days day) { return Time(day) - kZoneOfChina; }
Time EndOf(sys_days day) { return StartOf(day + std::chrono::days(1)); }

}  // namespace

std::optional<DaySpan> DaySpanFromText(std::string_view text) {
  const auto named = NamedIn(HalfWidth(text));
  if (!named || (!named->first && !named->no_end)) {
    return std::nullopt;
  }
  DaySpan span;
  span.open_ended = named->no_end;
  if (named->no_end || named->second) {
    span.start = named->first ? std::optional(StartOf(*named->first)) : std::nullopt;
    span.end = named->second ? std::optional(EndOf(*named->second)) : std::nullopt;
    const bool turned = named->second && *named->second < *named->first;
    return turned ? std::nullopt : std::optional(span);
  }
  (named->begins ? span.start : span.end) = named->begins ? StartOf(*named->first) : EndOf(*named->first);
  return span;
}

std::string DayOf(Time time) {
  const year_month_day date(std::chrono::floor<std::chrono::days>(time + kZoneOfChina));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string DayBefore(Time end) { return DayOf(end - std::chrono::microseconds(1)); }

bool LooksLikeSerialDate(std::string_view text) {
  return text.size() == 5 && std::all_of(text.begin(), text.end(), IsDigit) && text >= "20000" && text <= "80000";
}

}  // namespace muster::registry
