#pragma once

#include <string>
#include <string_view>

namespace muster::security {

/// HMAC-SHA-256 (RFC 2104, FIPS 198-1): 32 bytes. The key may have any length.
std::string HmacSha256(std::string_view key, std::string_view bytes);

/// SHA-256 (FIPS 180-4): 32 bytes.
std::string Sha256(std::string_view bytes);

/// True when both are equal. The time depends on the lengths only, never on where they differ.
bool ConstantTimeEquals(std::string_view left, std::string_view right);

}  // namespace muster::security
