#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// Certificates that one person or team may have, revoked ones too.
inline constexpr int64_t kMaxCertificates = 100;

/// Records a certificate: an officer's is verified at once, a manager's and the person's own is not. A team's graded
/// capability stays what an officer enters with the team. Reads member or teams, people.certificate_count. Errors:
/// NOT_FOUND, FORBIDDEN, INVALID_FIELD, OUT_OF_RANGE, BAD_TIME, ILLEGAL_TRANSITION (forgotten, disbanded).
struct RecordCertificate {
  Certificate values;  ///< id, holder, what it says; the rest is set here
};

/// An officer vouches for it. Reads people.certificate and its holder. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN,
/// ILLEGAL_TRANSITION.
struct VerifyCertificate {
  int64_t expected_version = 0;
};

/// Takes it out of force, for a reason. Reads and errors as VerifyCertificate, and INVALID_FIELD.
struct RevokeCertificate {
  int64_t expected_version = 0;
  std::string reason;
};

absl::StatusOr<RegistryChanges> Decide(const RecordCertificate& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const VerifyCertificate& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const RevokeCertificate& command, const Facts& facts, const Context& context);

}  // namespace muster::registry
