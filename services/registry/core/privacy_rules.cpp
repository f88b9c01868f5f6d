#include "services/registry/core/privacy_rules.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/core/membership_rules.h"
#include "services/registry/core/people_authority.h"
#include "services/registry/core/recruitment_rules.h"

namespace muster::registry {
namespace {

constexpr std::array<std::string_view, 7> kFields{"name",          "phone",          "id_number",    "birth_date",
                                                  "guardian_name", "guardian_phone", "policy_number"};

absl::Status CheckFields(const std::vector<std::string>& fields) {
  MUSTER_RETURN_IF_ERROR(
      CheckRange(static_cast<int64_t>(fields.size()), 1, static_cast<int64_t>(kFields.size()), "fields"));
  for (size_t i = 0; i < fields.size(); ++i) {
    if (std::find(kFields.begin(), kFields.end(), fields[i]) == kFields.end()) {
      return Error(Reason::kInvalidField, "fields[" + std::to_string(i) + "]");
    }
  }
  return absl::OkStatus();
}

/// `times`: of earlier calls, oldest first.
absl::Status CheckRate(const std::vector<Time>& times, Time now) {
  const auto first =
      std::find_if(times.begin(), times.end(), [&](Time time) { return time > now - std::chrono::hours(1); });
  const auto count = static_cast<size_t>(times.end() - first);
  if (count < kMaxUnmaskingsPerHour) {
    return absl::OkStatus();
  }
  const Time next = *(times.end() - static_cast<std::ptrdiff_t>(kMaxUnmaskingsPerHour)) + std::chrono::hours(1);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(next - now).count();
  return Error(Reason::kRateLimited, "", {{"retry_after_s", std::to_string(seconds)}});
}

bool MayUnmask(const Principal& principal, const Member& member) {
  return IsOwn(principal, member) || principal.IsOperator() || principal.Has(Role::kCivilAffairsOfficer) ||
         principal.Has(Role::kOrganizationManager);
}

/// The tombstone of a member.
Member Erased(const Member& before, Time now) {
  Member after;
  after.id = before.id;
  after.version = before.version;
  after.create_time = before.create_time;
  after.organization_id = before.organization_id;
  after.district_path = before.district_path;
  after.consents = before.consents;
  for (Consent& consent : after.consents) {
    consent.withdrawn = consent.withdrawn.value_or(now);
  }
  after.erase_time = now;
  return after;
}

void EraseNumbers(const std::vector<Certificate>& certificates, Time now, RegistryChanges& changes) {
  for (const Certificate& before : certificates) {
    Certificate after = before;
    after.number_key = {};
    after.number = {};
    after.scan_upload_id.clear();
    after.qualification.clear();
    after.state = CertificateState::kRevoked;
    after.revoke_reason = "erased";
    after.version = before.version + 1;
    after.update_time = now;
    changes.certificates.push_back({before, std::move(after), ""});
  }
}

absl::Status LeadsATeam() {
  return ErrorWithTexts(
      Reason::kIllegalTransition, "member", "此人是队长，不能注销。请先为其队伍指定另一名队长（UpdateTeam），再重试。",
      "This person leads a team and cannot be erased. Name another leader first (UpdateTeam), then try "
      "again.",
      {{"from", "leader"}, {"to", "erased"}, {"allowed", "none"}});
}

}  // namespace

absl::StatusOr<RegistryChanges> Decide(const UnmaskMember& command, const Facts& facts, const Context& context) {
  if (!facts.member) {
    return Error(Reason::kNotFound, "member_id");
  }
  if (!MayUnmask(context.principal, *facts.member)) {
    return Error(Reason::kForbidden, "", {{"action", "UnmaskMember"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckGiven(command.purpose, "purpose"));
  MUSTER_RETURN_IF_ERROR(CheckFields(command.fields));
  MUSTER_RETURN_IF_ERROR(CheckNotErased(*facts.member));
  MUSTER_RETURN_IF_ERROR(CheckRate(facts.people.unmaskings, context.now));
  std::string names;
  for (const std::string& field : command.fields) {
    names += (names.empty() ? "" : ", ") + field;
  }
  RegistryChanges changes;
  changes.unmasking = Unmasking{command.id, facts.member->id, names + ": " + command.purpose};
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const EraseMember& command, const Facts& facts, const Context& context) {
  if (!facts.member) {
    return Error(Reason::kNotFound, "id");
  }
  const Member& before = *facts.member;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  if (!IsOwn(context.principal, before)) {
    MUSTER_RETURN_IF_ERROR(Require(Authority::kOfficer,
                                   AuthorityOver(context.principal, before.organization_id, before.district_path),
                                   "EraseMember"));
  }
  MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  MUSTER_RETURN_IF_ERROR(CheckNotErased(before));
  if (facts.people.leads_a_team) {
    return LeadsATeam();
  }
  RegistryChanges changes;
  changes.members.push_back(NextVersion(before, Erased(before, context.now), context.now));
  EndMemberships(facts.people.memberships, "erased", context.now, changes);
  EraseNumbers(facts.people.certificates, context.now, changes);
  WithdrawApplications(facts.people, "erased", context.now, changes);
  changes.note = command.reason;
  return changes;
}

}  // namespace muster::registry
