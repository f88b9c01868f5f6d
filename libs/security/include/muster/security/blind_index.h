#pragma once

#include <string>
#include <string_view>

#include "muster/security/key_file.h"

namespace muster::security {

/// Equality search over encrypted fields: a keyed digest of the normalised value stands beside the ciphertext.
/// HMAC-SHA-256 cut to 16 bytes, under a key of its own. Thread-safe.
class BlindIndex {
 public:
  explicit BlindIndex(const KeyRing& keys) : key_(keys.Current().bytes) {}

  /// 16 bytes. `column` ("member.phone") keeps equal values of two columns apart; `normalised` is the value in its
  /// one form (NormalizePhone, NormalizeIdNumber).
  std::string Of(std::string_view column, std::string_view normalised) const;
  /// The same as 32 hexadecimal digits.
  std::string HexOf(std::string_view column, std::string_view normalised) const;

 private:
  SensitiveText key_;
};

}  // namespace muster::security
