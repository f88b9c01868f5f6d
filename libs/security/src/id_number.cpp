#include "muster/security/id_number.h"

#include <array>
#include <chrono>
#include <utility>

#include "muster/domain/reason.h"
#include "text_scan.h"

namespace muster::security {
namespace {

constexpr size_t kSize = 18;
constexpr size_t kMaxInput = 128;
constexpr std::array<int, 17> kWeights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
constexpr std::string_view kCheckCharacters = "10X98765432";

std::string Compact(std::string_view text) {
  std::string compact;
  for (const char c : ToHalfWidth(text)) {
    if (c != ' ') {
      compact += c == 'x' ? 'X' : c;
    }
  }
  return compact;
}

bool HasShape(std::string_view number) {
  if (number.size() != kSize) {
    return false;
  }
  for (size_t i = 0; i + 1 < kSize; ++i) {
    if (!IsDigit(number[i])) {
      return false;
    }
  }
  return IsDigit(number.back()) || number.back() == 'X';
}

int ToInt(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
  }
  return value;
}

/// GB/T 2260: the first two digits of a division, with 81 to 83 for residence permits of Hong Kong, Macao, Taiwan.
bool IsProvince(int code) {
  constexpr std::array<int, 9> kLast{0, 15, 23, 37, 46, 54, 65, 71, 83};  // by tens: 11-15, 21-23, 31-37, ...
  const auto tens = static_cast<size_t>(code / 10);
  return tens >= 1 && tens < kLast.size() && code % 10 >= 1 && code <= kLast[tens];
}

bool IsBirthDate(std::string_view digits) {
  const std::chrono::year_month_day date(std::chrono::year(ToInt(digits.substr(0, 4))),
                                         std::chrono::month(static_cast<unsigned>(ToInt(digits.substr(4, 2)))),
                                         std::chrono::day(static_cast<unsigned>(ToInt(digits.substr(6, 2)))));
  return date.ok() && date.year() >= std::chrono::year(1900) && date.year() <= std::chrono::year(2100);
}

char CheckCharacter(std::string_view number) {
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) {
    sum += (number[i] - '0') * kWeights[i];
  }
  return kCheckCharacters[static_cast<size_t>(sum % 11)];
}

}  // namespace

absl::StatusOr<std::string> NormalizeIdNumber(std::string_view text, std::string field) {
  std::string number = text.size() <= kMaxInput ? Compact(text) : "";
  if (!HasShape(number) || !IsProvince(ToInt(std::string_view(number).substr(0, 2))) ||
      !IsBirthDate(std::string_view(number).substr(6, 8)) || CheckCharacter(number) != number.back()) {
    return Error(Reason::kInvalidId, std::move(field));
  }
  return number;
}

}  // namespace muster::security
