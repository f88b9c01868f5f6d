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

/// Where a ciphertext belongs. It is authenticated with it, so a ciphertext copied to another row, column or
/// organization does not open. Whoever moves a row to another organization encrypts its fields again.
struct FieldPlace {
  std::string_view table;
  std::string_view column;
  std::string_view row_id;
  std::string_view organization_id;
};

/// The data key of one person, opened. Wiped when it goes; never stored or logged in this form.
class PersonKey {
 public:
  explicit PersonKey(std::string bytes) : bytes_(std::move(bytes)) {}
  const SensitiveText& bytes() const { return bytes_; }

 private:
  SensitiveText bytes_;
};

/// A new data key and its wrapped form, which is stored in the person's row. Destroying the wrapped form in every
/// copy makes the person's fields unreadable for good.
struct NewPersonKey {
  PersonKey key;
  std::string wrapped;
};

/// Envelope encryption of single fields: one 256-bit data key a person, wrapped by the current key of a key ring.
/// Wrapped key: version, algorithm, 4 bytes of key id, nonce, ciphertext, tag. Field: version, algorithm, nonce,
/// ciphertext, tag. Random nonces: a person's key sees few fields, and a wrapping key may wrap 2^32 keys (NIST SP
/// 800-38D, section 8.3). Thread-safe where `random` is.
class FieldCipher {
 public:
  /// `random` outlives the cipher.
  FieldCipher(KeyRing wrapping_keys, Random& random, std::unique_ptr<CipherProvider> provider = NewAesGcmProvider());

  /// A data key for the person whose row has `person_id`.
  absl::StatusOr<NewPersonKey> CreatePersonKey(std::string_view person_id) const;
  /// Opens a stored data key. INTERNAL_INVARIANT when it was altered, belongs to another person, or its wrapping key
  /// is not in the ring.
  absl::StatusOr<PersonKey> UnwrapPersonKey(std::string_view person_id, std::string_view wrapped) const;
  /// True when `wrapped` was not made with the current wrapping key; a rotation then wraps it again.
  bool NeedsRewrap(std::string_view wrapped) const;
  /// The same data key under the current wrapping key. Errors as UnwrapPersonKey.
  absl::StatusOr<std::string> Rewrap(std::string_view person_id, std::string_view wrapped) const;

  absl::StatusOr<std::string> Encrypt(const PersonKey& key, const FieldPlace& place, std::string_view plain) const;
  /// INTERNAL_INVARIANT when the ciphertext was altered or belongs to another place or person.
  absl::StatusOr<SensitiveText> Decrypt(const PersonKey& key, const FieldPlace& place,
                                        std::string_view ciphertext) const;

 private:
  absl::StatusOr<std::string> Wrap(std::string_view person_id, std::string_view key) const;
  absl::StatusOr<std::string> Seal(std::string header, std::string_view key, const FieldPlace& place,
                                   std::string_view plain) const;
  absl::StatusOr<std::string> Open(size_t header_size, std::string_view key, const FieldPlace& place,
                                   std::string_view blob) const;

  KeyRing wrapping_keys_;
  Random& random_;
  std::unique_ptr<CipherProvider> provider_;
};

}  // namespace muster::security
