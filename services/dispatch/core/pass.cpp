#include "services/dispatch/core/pass.h"

#include <cstdint>
#include <string_view>

#include "services/dispatch/core/assignment.h"

namespace muster::dispatch {
namespace {

/// Crockford's base 32.
constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr int kBits = 40;
constexpr int kBitsOfDigit = 5;

uint64_t HexDigit(char digit) {
  return static_cast<uint64_t>(digit >= '0' && digit <= '9'   ? digit - '0'
                               : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                                                              : 0);
}

}  // namespace

absl::StatusOr<Window> PassWindow(const Assignment& assignment) {
  if (!EndOf(assignment.state)) {
    return IllegalMove("assignment", Name(assignment.state), "let into the zone", "none");
  }
  return Window{assignment.windows.front().start - kPassMargin, assignment.windows.back().end + kPassMargin};
}

std::string ShortNumber(const AssignmentId& id) {
  // The end of a UUIDv7 is random; its beginning is the time.
  uint64_t bits = 0;
  for (const char digit : id.value()) {
    bits = digit == '-' ? bits : (bits << 4U) | HexDigit(digit);
  }
  std::string number;
  for (int shift = kBits - kBitsOfDigit; shift >= 0; shift -= kBitsOfDigit) {
    number += number.size() == 4 ? "-" : "";
    number += kDigits[(bits >> static_cast<unsigned>(shift)) & 31U];
  }
  return number;
}

}  // namespace muster::dispatch
