#pragma once

#include <string>
#include <string_view>

namespace muster::registry {

/// `text` with full-width letters, digits and punctuation (U+FF01 to U+FF5E) as their half-width forms, and the blanks
/// of U+3000 and U+00A0 as plain ones: "５Ａ　（民非）" becomes "5A (民非)".
std::string HalfWidth(std::string_view text);

/// `text` with the brackets （ and ） as ( and ), or the other way round; all else as it is.
std::string WithNarrowBrackets(std::string_view text);
std::string WithWideBrackets(std::string_view text);

}  // namespace muster::registry
