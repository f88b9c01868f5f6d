#include "muster/security/phone.h"

#include <utility>

#include "muster/domain/reason.h"
#include "text_scan.h"

namespace muster::security {
namespace {

constexpr size_t kMaxInput = 64;

/// The digits of `text`, with a leading plus kept; empty when it holds anything but digits and separators.
std::string Compact(std::string_view text) {
  std::string compact;
  for (const char c : ToHalfWidth(text)) {
    if (IsDigit(c) || (c == '+' && compact.empty())) {
      compact += c;
    } else if (c != ' ' && c != '-' && c != '(' && c != ')') {
      return "";
    }
  }
  return compact;
}

bool IsMobile(std::string_view digits) { return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3'; }

bool IsService(std::string_view digits) {
  return digits.size() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
}

/// With area code: 010 and 02x have 8 digits after it, other areas (three digits after the zero) 7 or 8.
bool IsLandline(std::string_view digits) {
  if (digits.size() < 11 || digits[0] != '0') {
    return false;
  }
  const bool short_area = digits[1] == '2' || digits.starts_with("010");
  if (!short_area && digits[1] < '3') {
    return false;
  }
  const std::string_view local = digits.substr(short_area ? 3 : 4);
  const bool length_fits = local.size() == 8 || (local.size() == 7 && !short_area);
  return length_fits && local[0] >= '2' && local[0] <= '8';
}

/// Takes a mainland country code off; a landline may then lack its zero.
std::string NationalForm(std::string digits, bool* international) {
  *international = true;
  if (digits.starts_with("+86")) {
    digits.erase(0, 3);
  } else if (digits.starts_with("0086")) {
    digits.erase(0, 4);
  } else if (digits.starts_with("86") && digits.size() >= 12) {
    digits.erase(0, 2);
  } else {
    *international = false;
  }
  return digits;
}

}  // namespace

absl::StatusOr<std::string> NormalizePhone(std::string_view text, std::string field) {
  const std::string compact = text.size() <= kMaxInput ? Compact(text) : "";
  bool international = false;
  const std::string national = NationalForm(compact, &international);
  if (IsMobile(national) || IsService(national) || IsLandline(national)) {
    return national;
  }
  if (international && IsLandline("0" + national)) {
    return "0" + national;
  }
  if (!international && compact.starts_with('+') && compact.size() >= 9 && compact.size() <= 16 && compact[1] != '0') {
    return compact;
  }
  return Error(Reason::kInvalidPhone, std::move(field));
}

}  // namespace muster::security
