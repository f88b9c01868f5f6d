#include "muster/security/confirm_token.h"

#include <algorithm>
#include <array>
#include <optional>

#include "muster/domain/reason.h"
#include "muster/security/bytes.h"
#include "muster/security/hmac.h"

namespace muster::security {
namespace {

constexpr size_t kTimeSize = 8;
constexpr size_t kTokenSize = kTimeSize + 32;

std::string BigEndian(uint64_t value) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(value >> shift));
  }
  return bytes;
}

uint64_t FromBigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) {
    value = value << 8 | static_cast<uint8_t>(c);
  }
  return value;
}

std::string Seal(const SecretKey& key, const ConfirmScope& scope, std::string_view expiry) {
  std::string input = "muster confirm 1";
  input += expiry;
  for (const std::string_view part :
       std::array<std::string_view, 4>{scope.account_id.value(), scope.method, scope.request_id, scope.body_hash}) {
    input += BigEndian(part.size());
    input += part;
  }
  input += BigEndian(static_cast<uint64_t>(scope.count));
  return HmacSha256(key.bytes.Reveal(), input);
}

}  // namespace

std::string ConfirmTokens::Issue(const ConfirmScope& scope, Time now) const {
  const std::string expiry = BigEndian(static_cast<uint64_t>(ToMicros(now + kConfirmLife)));
  return Base64UrlEncode(expiry + Seal(keys_.Current(), scope, expiry));
}

bool ConfirmTokens::IsValid(const ConfirmScope& scope, std::string_view token, Time now) const {
  const std::optional<std::string> bytes = token.size() <= 64 ? Base64UrlDecode(token) : std::nullopt;
  if (!bytes.has_value() || bytes->size() != kTokenSize) {
    return false;
  }
  const std::string_view expiry = std::string_view(*bytes).substr(0, kTimeSize);
  const Time expire_time = FromMicros(static_cast<int64_t>(FromBigEndian(expiry)));
  if (now >= expire_time || expire_time - now > kConfirmLife) {
    return false;
  }
  return std::any_of(keys_.keys().begin(), keys_.keys().end(), [&](const SecretKey& key) {
    return ConstantTimeEquals(Seal(key, scope, expiry), std::string_view(*bytes).substr(kTimeSize));
  });
}

absl::Status ConfirmTokens::Require(const ConfirmScope& scope, std::string_view token, Time now) const {
  if (IsValid(scope, token, now)) {
    return absl::OkStatus();
  }
  return Error(Reason::kConfirmRequired, "confirm_token",
               {{"count", std::to_string(scope.count)}, {"confirm_token", Issue(scope, now)}});
}

}  // namespace muster::security
