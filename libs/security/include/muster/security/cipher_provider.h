#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace muster::security {

/// An authenticated cipher with 32-byte keys. The one place to change where other algorithms are demanded (SM4 with
/// HMAC-SM3, for instance): the number of the algorithm is kept with each ciphertext. Implementations are thread-safe.
class CipherProvider {
 public:
  virtual ~CipherProvider() = default;
  /// Kept in the header of each ciphertext; never given to two algorithms.
  virtual uint8_t Algorithm() const = 0;
  virtual size_t NonceSize() const = 0;
  /// Appends ciphertext and tag to `out`. A nonce is used once for a key. False only when the library fails.
  virtual bool Seal(std::string_view key, std::string_view nonce, std::string_view associated, std::string_view plain,
                    std::string& out) const = 0;
  /// The plain text of `sealed` (ciphertext and tag); none when anything was altered.
  virtual std::optional<std::string> Open(std::string_view key, std::string_view nonce, std::string_view associated,
                                          std::string_view sealed) const = 0;
};

/// AES-256-GCM (NIST SP 800-38D) by OpenSSL: algorithm 1, 12-byte nonce, 16-byte tag.
std::unique_ptr<CipherProvider> NewAesGcmProvider();

}  // namespace muster::security
