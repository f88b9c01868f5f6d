#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "muster/base/random.h"

namespace muster::security {

/// Base64 with the URL alphabet and without padding (RFC 4648, section 5).
std::string Base64UrlEncode(std::string_view bytes);

/// The bytes of unpadded base64url. None when a character, the length or the unused last bits are wrong, so that
/// every byte string has exactly one text.
std::optional<std::string> Base64UrlDecode(std::string_view text);

/// The bytes of hexadecimal text of either case; none when it is malformed.
std::optional<std::string> FromHex(std::string_view text);

/// `count` random bytes.
std::string RandomBytes(Random& random, size_t count);

/// Overwrites the text (a write that the compiler may not drop) and empties it.
void WipeBytes(std::string& bytes);

}  // namespace muster::security
