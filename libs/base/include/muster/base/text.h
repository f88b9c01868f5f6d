#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

/// True when `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
bool IsUtf8(std::string_view text);

/// The number of code points of well-formed UTF-8.
size_t CodePointCount(std::string_view text);

/// True when `text` holds a character that no person types into a field: a control character other than
/// tab and line feed, a zero-width or bidirectional formatting character, a noncharacter or U+FEFF.
bool HasIllegalCharacter(std::string_view text);

/// `text` without ASCII and full-width (U+3000) blanks at both ends.
std::string_view TrimBlanks(std::string_view text);

/// Lower-case hexadecimal of bytes.
std::string ToHex(std::string_view bytes);

/// Time as RFC 3339 in UTC with microseconds, "2026-01-31T08:30:00.000000Z", from microseconds since 1970.
std::string FormatMicros(int64_t micros);

}  // namespace muster
