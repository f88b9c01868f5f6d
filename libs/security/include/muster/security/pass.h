#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/mode.h"
#include "muster/security/access_token.h"
#include "muster/security/key_file.h"

namespace muster::security {

/// The longest text of a pass that is looked at, in bytes.
inline constexpr size_t kMaxPassSize = 1024;

/// What lets a team into a closed zone. Nothing in it is personal.
struct Pass {
  std::string number;  ///< of the assignment, short, as people read it to each other
  OrganizationId organization_id;
  int headcount = 0;
  Time start{};  ///< whole seconds
  Time end{};
  IncidentId incident_id;
  std::string district_path;  ///< with the incident: the zone
  Mode mode = Mode::kReal;
  bool operator==(const Pass&) const = default;
};

/// Signs passes: "mp1.<key id>.<pass>.<signature>", both parts base64url, the signature (Ed25519) over all before its
/// dot: short enough for a QR code that a telephone reads from paper. Thread-safe.
class PassSigner {
 public:
  /// Signs with the current key of `keys`; PublicKeys lists all of them.
  explicit PassSigner(const KeyRing& keys);

  /// No part of `pass` holds '|'.
  std::string Sign(const Pass& pass) const;

  /// What checks this signer's passes, newest first.
  const std::vector<PublicKey>& PublicKeys() const { return public_keys_; }

 private:
  std::string key_id_;
  SensitiveText secret_key_;
  std::vector<PublicKey> public_keys_;
};

/// What a pass says, at the barrier, without a network. INVALID_FIELD "pass" when it is malformed, of an unknown key or
/// not signed by it; EXPIRED when it does not hold yet or no longer, with its times as metadata "start" and "end".
absl::StatusOr<Pass> CheckPass(std::string_view text, const std::vector<PublicKey>& keys, Time now);

}  // namespace muster::security
