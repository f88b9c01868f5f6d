#include "services/registry/core/certificate_rules.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/core/people_authority.h"

namespace muster::registry {
namespace {

/// What the caller may say about the holder of a certificate.
Authority AuthorityOverHolder(const Facts& facts, const Principal& principal) {
  if (facts.member) {
    const Authority held = AuthorityOver(principal, facts.member->organization_id, facts.member->district_path);
    return held < Authority::kManager && SpeaksFor(principal, *facts.member) ? Authority::kManager : held;
  }
  if (!facts.teams.empty()) {
    const Team& team = facts.teams.front().team;
    return AuthorityOver(principal, team.organization_id, team.district_path);
  }
  return Authority::kNone;
}

absl::Status CheckHolder(const Certificate& certificate, const Facts& facts) {
  if (certificate.member_id.empty() == certificate.team_id.empty()) {
    return Error(Reason::kInvalidField,
                 certificate.member_id.empty() ? "certificate.member_id" : "certificate.team_id");
  }
  if (!certificate.member_id.empty()) {
    return facts.member ? CheckNotErased(*facts.member) : Error(Reason::kNotFound, "certificate.member_id");
  }
  if (facts.teams.empty()) {
    return Error(Reason::kNotFound, "certificate.team_id");
  }
  return facts.teams.front().team.disbanded ? IllegalMove("team", "disbanded", "certified", "none") : absl::OkStatus();
}

absl::Status CheckCertificate(const Certificate& certificate) {
  if (certificate.capability.empty()) {
    MUSTER_RETURN_IF_ERROR(CheckGiven(certificate.qualification, "certificate.qualification"));
    MUSTER_RETURN_IF_ERROR(CheckRange(certificate.level, 0, 4, "certificate.level"));
  } else {
    MUSTER_RETURN_IF_ERROR(CheckCapabilityCode(certificate.capability, "certificate.capability"));
    const int lowest = FindCapability(certificate.capability)->LowestLevel();
    MUSTER_RETURN_IF_ERROR(CheckRange(certificate.level, 1, lowest, "certificate.level"));
  }
  MUSTER_RETURN_IF_ERROR(CheckGiven(certificate.issuer, "certificate.issuer"));
  return CheckWindow({certificate.valid_from, certificate.valid_until}, "certificate.valid_until_time");
}

absl::StatusOr<RegistryChanges> Move(const Facts& facts, int64_t expected_version, Authority needed,
                                     CertificateState state, const std::string& reason, const Context& context,
                                     const char* action) {
  if (!facts.people.certificate) {
    return Error(Reason::kNotFound, "id");
  }
  const Certificate& before = *facts.people.certificate;
  MUSTER_RETURN_IF_ERROR(CheckVersion(expected_version, before.version));
  MUSTER_RETURN_IF_ERROR(Require(needed, AuthorityOverHolder(facts, context.principal), action));
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, state));
  Certificate after = before;
  after.state = state;
  after.revoke_reason = reason;
  after.version = before.version + 1;
  after.update_time = context.now;
  RegistryChanges changes;
  changes.certificates.push_back({before, std::move(after), ""});
  changes.note = reason;
  return changes;
}

}  // namespace

absl::StatusOr<RegistryChanges> Decide(const RecordCertificate& command, const Facts& facts, const Context& context) {
  Certificate certificate = command.values;
  MUSTER_RETURN_IF_ERROR(CheckHolder(certificate, facts));
  const Authority held = AuthorityOverHolder(facts, context.principal);
  MUSTER_RETURN_IF_ERROR(Require(Authority::kManager, held, "RecordCertificate"));
  MUSTER_RETURN_IF_ERROR(CheckCertificate(certificate));
  MUSTER_RETURN_IF_ERROR(CheckRange(facts.people.certificate_count + 1, 1, kMaxCertificates,
                                    certificate.member_id.empty() ? "certificate.team_id" : "certificate.member_id"));
  certificate.state = held >= Authority::kOfficer ? CertificateState::kVerified : CertificateState::kUnverified;
  certificate.version = 1;
  certificate.create_time = context.now;
  certificate.update_time = context.now;
  RegistryChanges changes;
  changes.certificates.push_back({std::nullopt, std::move(certificate), ""});
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const VerifyCertificate& command, const Facts& facts, const Context& context) {
  return Move(facts, command.expected_version, Authority::kOfficer, CertificateState::kVerified, "", context,
              "VerifyCertificate");
}

absl::StatusOr<RegistryChanges> Decide(const RevokeCertificate& command, const Facts& facts, const Context& context) {
  MUSTER_RETURN_IF_ERROR(facts.people.certificate ? CheckGiven(command.reason, "reason") : absl::OkStatus());
  return Move(facts, command.expected_version, Authority::kManager, CertificateState::kRevoked, command.reason, context,
              "RevokeCertificate");
}

}  // namespace muster::registry
