#include "text_scan.h"

#include <cstdint>

#include "muster/base/text.h"

namespace muster::security {

std::string ToHalfWidth(std::string_view text) {
  std::string narrow;
  narrow.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("\xe3\x80\x80")) {
      narrow += ' ';
      i += 3;
      continue;
    }
    // U+FF01..U+FF5E is EF BC 81 to EF BD 9E: each is its ASCII character plus 0xFEE0.
    if (i + 2 < text.size() && text[i] == '\xef' && (text[i + 1] == '\xbc' || text[i + 1] == '\xbd')) {
      const unsigned code =
          (static_cast<uint8_t>(text[i + 1]) & 0x3fU) << 6 | (static_cast<uint8_t>(text[i + 2]) & 0x3fU);
      const unsigned ascii = 0xf000U + code - 0xfee0U;
      if (ascii >= 0x21 && ascii <= 0x7e) {
        narrow += static_cast<char>(ascii);
        i += 3;
        continue;
      }
    }
    narrow += text[i++];
  }
  return narrow;
}

std::optional<std::string_view> FirstCodePoint(std::string_view text) {
  for (size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (IsUtf8(text.substr(0, length))) {
      return text.substr(0, length);
    }
  }
  return std::nullopt;
}

}  // namespace muster::security
