#include "muster/security/api_key.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/security/bytes.h"
#include "muster/security/hmac.h"

namespace muster::security {
namespace {

constexpr std::string_view kStart = "mk_";
constexpr size_t kIdBytes = 8;
constexpr size_t kSecretBytes = 32;
constexpr size_t kPrefixSize = kStart.size() + 2 * kIdBytes;
constexpr size_t kTextSize = kPrefixSize + 1 + 43;

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

SensitiveText ApiKey::Text() const { return SensitiveText(prefix + "_" + Base64UrlEncode(secret.Reveal())); }

ApiKey NewApiKey(Random& random) {
  ApiKey key;
  key.prefix = std::string(kStart) + ToHex(RandomBytes(random, kIdBytes));
  key.secret = SensitiveText(RandomBytes(random, kSecretBytes));
  return key;
}

absl::StatusOr<ApiKey> ParseApiKey(std::string_view text) {
  if (text.size() != kTextSize || !text.starts_with(kStart) || text[kPrefixSize] != '_' ||
      !IsLowerHex(text.substr(kStart.size(), 2 * kIdBytes))) {
    return Error(Reason::kAuthRequired);
  }
  std::optional<std::string> secret = Base64UrlDecode(text.substr(kPrefixSize + 1));
  if (!secret.has_value() || secret->size() != kSecretBytes) {
    return Error(Reason::kAuthRequired);
  }
  return ApiKey{std::string(text.substr(0, kPrefixSize)), SensitiveText(*std::move(secret))};
}

std::string HashApiKey(const ApiKey& key) {
  const SensitiveText text = key.Text();
  return Sha256(text.Reveal());
}

bool ApiKeyMatches(const ApiKey& key, std::string_view stored_hash) {
  return ConstantTimeEquals(HashApiKey(key), stored_hash);
}

}  // namespace muster::security
