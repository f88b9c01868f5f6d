#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "muster/security/cipher_provider.h"
#include "muster/security/key_file.h"
#include "muster/security/sensitive.h"

namespace muster::security {

/// Encrypts texts that belong to no person's row, such as stored replies. Sealed form: version, algorithm, 4 bytes of
/// key id, 16 bytes of salt, nonce, ciphertext, tag. Each text has a key of its own, derived from the ring's key and
/// the salt, so the number of texts is not limited by the cipher's nonces. Thread-safe where `random` is.
class TextSealer {
 public:
  /// `purpose` ("stored reply") keeps texts of different uses from being exchanged. `random` outlives the sealer.
  TextSealer(KeyRing keys, std::string purpose, Random& random,
             std::unique_ptr<CipherProvider> provider = NewAesGcmProvider());

  /// INTERNAL when the cipher's library fails.
  absl::StatusOr<std::string> Seal(std::string_view plain) const;
  /// INTERNAL_INVARIANT when the text was altered, sealed for another purpose, or its key is not in the ring.
  absl::StatusOr<SensitiveText> Open(std::string_view sealed) const;

 private:
  SensitiveText KeyFor(const SecretKey& key, std::string_view salt) const;

  KeyRing keys_;
  std::string purpose_;
  Random& random_;
  std::unique_ptr<CipherProvider> provider_;
};

}  // namespace muster::security
