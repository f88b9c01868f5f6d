#include "muster/base/id.h"

namespace muster {

std::string NewUuid(Time now, Random& random) {
  const auto millis =
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  const uint64_t high = (millis << 16) | 0x7000 | (random.Next() & 0x0fff);
  const uint64_t low = (random.Next() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  const auto append = [&text](uint64_t value, int from_bit, int digits) {
    for (int i = 0; i < digits; ++i) {
      text.push_back(kDigits[(value >> (from_bit - 4 * i)) & 0xf]);
    }
  };
  append(high, 60, 8);
  text.push_back('-');
  append(high, 28, 4);
  text.push_back('-');
  append(high, 12, 4);
  text.push_back('-');
  append(low, 60, 4);
  text.push_back('-');
  append(low, 44, 12);
  return text;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash_here = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash_here ? c != '-' : !hex) {
      return false;
    }
  }
  return true;
}

}  // namespace muster
