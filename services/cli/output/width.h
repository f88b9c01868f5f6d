#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster::cli {

/// Columns that well-formed UTF-8 takes on a terminal: Chinese, Japanese and Korean characters, full-width forms and
/// emoji take two, combining marks none (Unicode Standard Annex 11, wide and full-width).
size_t DisplayWidth(std::string_view text);

/// `text` with blanks up to `width` columns; unchanged when it is wider.
std::string PadRight(std::string_view text, size_t width);
std::string PadLeft(std::string_view text, size_t width);

/// `text` cut to at most `width` columns, the last being "…" when something was cut.
std::string Ellipsize(std::string_view text, size_t width);

}  // namespace muster::cli
