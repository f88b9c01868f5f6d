#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "muster/security/sensitive.h"

namespace muster::security {

/// Length of every secret key here, in bytes.
inline constexpr size_t kSecretKeySize = 32;

/// A 256-bit secret with the id by which signatures and ciphertexts name it.
struct SecretKey {
  std::string id;  ///< 8 hexadecimal digits, computed from the key
  SensitiveText bytes;
};

/// The id of a key: the first 4 bytes of a SHA-256 under a fixed prefix, as hexadecimal. It tells nothing of the key.
std::string SecretKeyId(std::string_view key);

/// The keys of one use, newest first. New signatures and ciphertexts take the first; the others still verify and
/// open what was made with them. To rotate: put a new line at the top of the file and restart.
class KeyRing {
 public:
  /// `keys` is not empty; every key has kSecretKeySize bytes.
  explicit KeyRing(std::vector<SensitiveText> keys);
  /// A ring with one new key.
  static KeyRing Generate(Random& random);

  const SecretKey& Current() const { return keys_.front(); }
  /// The key with this id; null when there is none.
  const SecretKey* Find(std::string_view id) const;
  const std::vector<SecretKey>& keys() const { return keys_; }

 private:
  std::vector<SecretKey> keys_;
};

/// Reads a key file: one key a line, 64 hexadecimal digits. When the file does not exist it is made with one new key,
/// complete on disk (written beside, fsync, moved into place, directory fsync) before it is used; its directory is
/// made with mode 0700 where missing. FAILED_PRECONDITION with the path when the file is a link, belongs to another
/// user, may be read or written by others (it must be 0600 or stricter), or holds anything but keys.
absl::StatusOr<KeyRing> LoadOrCreateKeyRing(const std::string& path, Random& random);

/// Reads a key file that must exist. Errors as LoadOrCreateKeyRing, and FAILED_PRECONDITION when it is missing.
absl::StatusOr<KeyRing> LoadKeyRing(const std::string& path);

/// Every key of an installation.
struct InstallationKeys {
  KeyRing token_signing;   ///< seeds of Ed25519 key pairs: identity only
  KeyRing field_wrapping;  ///< wraps the data key of each person
  KeyRing blind_index;     ///< for equality search over encrypted fields; only the current key is used
  KeyRing bus;             ///< HMAC of events on the bus, shared by the services
  KeyRing confirm;         ///< confirm tokens
  KeyRing stored_reply;    ///< stored replies of mutations
};

/// The names of the files inside the key directory.
inline constexpr std::string_view kTokenSigningKeyFile = "token_signing.key";
inline constexpr std::string_view kFieldWrappingKeyFile = "field_wrapping.key";
inline constexpr std::string_view kBlindIndexKeyFile = "blind_index.key";
inline constexpr std::string_view kBusKeyFile = "bus.key";
inline constexpr std::string_view kConfirmKeyFile = "confirm.key";
inline constexpr std::string_view kStoredReplyKeyFile = "stored_reply.key";
/// Seeds of Ed25519 key pairs that sign passes. Nothing that is stored depends on it, so it is none of
/// InstallationKeys: the service that signs makes it where it is missing.
inline constexpr std::string_view kPassSigningKeyFile = "pass_signing.key";

/// Loads or makes every key file in `directory`. Errors as LoadOrCreateKeyRing.
absl::StatusOr<InstallationKeys> LoadOrCreateInstallationKeys(const std::string& directory, Random& random);

/// Loads every key file in `directory`, for an installation that has data already. FAILED_PRECONDITION when one is
/// missing: it belongs there, from the backup of the keys.
absl::StatusOr<InstallationKeys> LoadInstallationKeys(const std::string& directory);

/// Writes `content` to `path` with mode 0600, whole or not at all, on disk when it returns. An existing file is
/// replaced. FAILED_PRECONDITION with the path when the file cannot be written.
absl::Status WriteSecretFile(const std::string& path, std::string_view content);

/// The content of a file that must be secret, at most 4 KiB. FAILED_PRECONDITION with the path when it is missing, a
/// link, belongs to another user, or may be read or written by others.
absl::StatusOr<SensitiveText> ReadSecretFile(const std::string& path);

}  // namespace muster::security
