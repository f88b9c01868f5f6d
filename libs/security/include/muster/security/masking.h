#pragma once

#include <string>
#include <string_view>

namespace muster::security {

/// Masked forms for output. Whatever comes in, broken UTF-8 too, well-formed text comes out, and never more of the
/// value than stated here. An empty value stays empty. The number of stars is fixed, so it does not tell the length.

/// The first character and two stars: 张**. Two stars alone when that character is a digit or malformed.
std::string MaskName(std::string_view name);

/// The first three and last four digits of a number of 11 or more digits, 138****5678 (a leading +86 or 86 is left
/// out); of 7 to 10 digits the last two, ****78; of fewer nothing.
std::string MaskPhone(std::string_view phone);

/// The first three and the last two characters of an identity number of 15 or more, 110***********12; of a shorter
/// one nothing.
std::string MaskIdNumber(std::string_view number);

}  // namespace muster::security
