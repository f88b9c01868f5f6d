#include "muster/base/text.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>

namespace muster {
namespace {

/// Decodes one code point at `position` and moves on; -1 when it is malformed.
int32_t NextCodePoint(std::string_view text, size_t& position) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(position);
  if (first < 0x80) {
    ++position;
    return first;
  }
  size_t length = 0;
  int32_t value = 0;
  int32_t smallest = 0;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2, value = first & 0x1f, smallest = 0x80;
  } else if ((first & 0xf0) == 0xe0) {
    length = 3, value = first & 0x0f, smallest = 0x800;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4, value = first & 0x07, smallest = 0x10000;
  } else {
    return -1;
  }
  if (position + length > text.size()) {
    return -1;
  }
  for (size_t i = 1; i < length; ++i) {
    const uint8_t next = byte(position + i);
    if ((next & 0xc0) != 0x80) {
      return -1;
    }
    value = (value << 6) | (next & 0x3f);
  }
  if (value < smallest || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    return -1;
  }
  position += length;
  return value;
}

bool IsIllegal(int32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c & 0xfffe) == 0xfffe ||
         (c >= 0xfdd0 && c <= 0xfdef);
}

}  // namespace

bool IsUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (NextCodePoint(text, i) < 0) {
      return false;
    }
  }
  return true;
}

size_t CodePointCount(std::string_view text) {
  size_t count = 0;
  for (const char c : text) {
    count += (static_cast<uint8_t>(c) & 0xc0) != 0x80;
  }
  return count;
}

bool HasIllegalCharacter(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const int32_t c = NextCodePoint(text, i);
    if (c < 0 || IsIllegal(c)) {
      return true;
    }
  }
  return false;
}

std::string_view TrimBlanks(std::string_view text) {
  static constexpr std::string_view kWide = "\xe3\x80\x80";
  for (;;) {
    if (!text.empty() &&
        (text.front() == ' ' || text.front() == '\t' || text.front() == '\n' || text.front() == '\r')) {
      text.remove_prefix(1);
    } else if (text.starts_with(kWide)) {
      text.remove_prefix(kWide.size());
    } else if (!text.empty() &&
               (text.back() == ' ' || text.back() == '\t' || text.back() == '\n' || text.back() == '\r')) {
      text.remove_suffix(1);
    } else if (text.ends_with(kWide)) {
      text.remove_suffix(kWide.size());
    } else {
      return text;
    }
  }
}

std::string ToHex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    hex.push_back(kDigits[static_cast<uint8_t>(c) >> 4]);
    hex.push_back(kDigits[static_cast<uint8_t>(c) & 0xf]);
  }
  return hex;
}

std::string FormatMicros(int64_t micros) {
  int64_t seconds = micros / 1'000'000;
  int64_t fraction = micros % 1'000'000;
  if (fraction < 0) {
    fraction += 1'000'000;
    --seconds;
  }
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 64> buffer{};
  const size_t used = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 16> tail{};
  std::snprintf(tail.data(), tail.size(), ".%06dZ", static_cast<int>(fraction));
  return std::string(buffer.data(), used) + tail.data();
}

}  // namespace muster
