#include "muster/security/masking.h"

#include <algorithm>
#include <optional>

#include "muster/base/text.h"
#include "text_scan.h"

namespace muster::security {
namespace {

bool HasDigit(std::string_view text) { return std::any_of(text.begin(), text.end(), IsDigit); }

/// The ASCII digits of `text` after narrowing; `with_x` keeps a final X too.
std::string DigitsOf(std::string_view text, bool with_x) {
  std::string digits;
  for (const char c : ToHalfWidth(text)) {
    if (IsDigit(c)) {
      digits += c;
    } else if (with_x && (c == 'x' || c == 'X')) {
      digits += 'X';
    }
  }
  return digits;
}

}  // namespace

std::string MaskName(std::string_view name) {
  name = TrimBlanks(name);
  if (name.empty()) {
    return "";
  }
  const std::optional<std::string_view> first = FirstCodePoint(name);
  if (!first.has_value() || HasIllegalCharacter(*first) || HasDigit(ToHalfWidth(*first))) {
    return "**";
  }
  return std::string(*first) + "**";
}

std::string MaskPhone(std::string_view phone) {
  if (phone.empty()) {
    return "";
  }
  std::string digits = DigitsOf(phone, false);
  if (digits.size() == 13 && digits.starts_with("86")) {
    digits.erase(0, 2);
  }
  if (digits.size() >= 11) {
    return digits.substr(0, 3) + "****" + digits.substr(digits.size() - 4);
  }
  return digits.size() >= 7 ? "****" + digits.substr(digits.size() - 2) : "****";
}

std::string MaskIdNumber(std::string_view number) {
  if (number.empty()) {
    return "";
  }
  const std::string characters = DigitsOf(number, true);
  if (characters.size() < 15) {
    return "***********";
  }
  return characters.substr(0, 3) + "***********" + characters.substr(characters.size() - 2);
}

}  // namespace muster::security
