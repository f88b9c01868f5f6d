#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::security {

/// `text` with full-width forms (U+FF01 to U+FF5E) and the ideographic blank as ASCII; everything else unchanged.
std::string ToHalfWidth(std::string_view text);

/// The first code point of `text` as UTF-8; none when it is malformed.
std::optional<std::string_view> FirstCodePoint(std::string_view text);

/// True for '0' to '9', whatever the locale.
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace muster::security
