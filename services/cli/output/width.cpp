#include "services/cli/output/width.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace muster::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

/// Wide and full-width blocks.
constexpr auto kWide = std::to_array<Range>({
    {0x1100, 0x115F},
    {0x2329, 0x232A},
    {0x2E80, 0x303E},
    {0x3041, 0x33FF},
    {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},
    {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD},
});

/// Characters that stand on the one before.
constexpr auto kZero = std::to_array<Range>({
    {0x0300, 0x036F},
    {0x200B, 0x200F},
    {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F},
});

template <size_t N>
bool IsIn(const std::array<Range, N>& ranges, char32_t character) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return character >= range.first && character <= range.last; });
}

/// The length in bytes of the character that starts with `lead`.
size_t LengthOf(unsigned char lead) { return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

char32_t Decode(std::string_view character) {
  if (character.size() == 1) {
    return static_cast<unsigned char>(character[0]);
  }
  char32_t value = static_cast<unsigned char>(character[0]) & (0x7FU >> character.size());
  for (size_t i = 1; i < character.size(); ++i) {
    value = value << 6U | (static_cast<unsigned char>(character[i]) & 0x3FU);
  }
  return value;
}

size_t WidthOf(char32_t character) { return IsIn(kZero, character) ? 0 : IsIn(kWide, character) ? 2 : 1; }

/// Calls `visit(character's bytes, its width)` until it answers false.
template <class Visit>
void ForEachCharacter(std::string_view text, Visit visit) {
  for (size_t i = 0; i < text.size();) {
    const std::string_view character = text.substr(i, LengthOf(static_cast<unsigned char>(text[i])));
    if (!visit(character, WidthOf(Decode(character)))) {
      return;
    }
    i += character.size();
  }
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  ForEachCharacter(text, [&](std::string_view, size_t columns) {
    width += columns;
    return true;
  });
  return width;
}

std::string PadRight(std::string_view text, size_t width) {
  const size_t taken = DisplayWidth(text);
  return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

std::string PadLeft(std::string_view text, size_t width) {
  const size_t taken = DisplayWidth(text);
  return std::string(width > taken ? width - taken : 0, ' ') + std::string(text);
}

std::string Ellipsize(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) {
    return std::string(text);
  }
  std::string cut;
  size_t taken = 0;
  ForEachCharacter(text, [&](std::string_view character, size_t columns) {
    if (taken + columns + 1 > width) {
      return false;
    }
    cut += character;
    taken += columns;
    return true;
  });
  return width == 0 ? cut : cut + "…";
}

}  // namespace muster::cli
