#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/security/key_file.h"

namespace muster::security {

/// How long a confirmation may take.
inline constexpr Duration kConfirmLife = std::chrono::seconds(120);

/// What a person is asked to confirm.
struct ConfirmScope {
  AccountId account_id;
  std::string method;      ///< full name of the gRPC method
  std::string request_id;  ///< the request that is repeated with the token; it takes effect once, and so does the token
  std::string body_hash;   ///< SHA-256 of the canonical body without the token
  int64_t count = 0;       ///< the people who would be mobilized, as shown
};

/// Makes and checks confirm tokens. Nothing is stored: the token is the expiry and an HMAC over it and the scope, so
/// it fits no other caller, call, body or count. Thread-safe.
class ConfirmTokens {
 public:
  explicit ConfirmTokens(KeyRing keys) : keys_(std::move(keys)) {}

  std::string Issue(const ConfirmScope& scope, Time now) const;
  bool IsValid(const ConfirmScope& scope, std::string_view token, Time now) const;
  /// OK when `token` confirms `scope`. Otherwise CONFIRM_REQUIRED with metadata count and confirm_token, a new one.
  absl::Status Require(const ConfirmScope& scope, std::string_view token, Time now) const;

 private:
  KeyRing keys_;
};

}  // namespace muster::security
