#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "muster/security/sensitive.h"

namespace muster::security {

/// A long-lived secret that is exchanged for access tokens. Text form: "mk_<16 hexadecimal digits>_<43 characters of
/// base64url>": the first part finds the row, the second is the 256-bit secret.
struct ApiKey {
  std::string prefix;    ///< "mk_<16 hexadecimal digits>": not secret, shown in lists
  SensitiveText secret;  ///< 32 bytes

  /// The text to hand out, once.
  SensitiveText Text() const;
};

/// A new key.
ApiKey NewApiKey(Random& random);

/// Takes the text of a key apart. AUTH_REQUIRED when it is not of that form.
absl::StatusOr<ApiKey> ParseApiKey(std::string_view text);

/// What is stored in place of the secret: SHA-256, 32 bytes. Slow password hashes (argon2) protect secrets that
/// people choose and that can be guessed; 256 random bits cannot be, and a slow hash on every exchange would only
/// offer a way to exhaust the service.
std::string HashApiKey(const ApiKey& key);

/// True when the key is the one whose hash was stored; in constant time.
bool ApiKeyMatches(const ApiKey& key, std::string_view stored_hash);

}  // namespace muster::security
