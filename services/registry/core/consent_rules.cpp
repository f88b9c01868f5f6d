#include "services/registry/core/consent_rules.h"

#include <algorithm>
#include <array>
#include <set>
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

constexpr std::array<std::string_view, 4> kPurposes{kDispatchPurpose, "training", "publicity", "statistics"};
constexpr int64_t kMaxConsents = 50;

absl::Status CheckConsent(const Consent& consent, Time now, const std::string& field) {
  if (std::find(kPurposes.begin(), kPurposes.end(), consent.purpose) == kPurposes.end()) {
    return Error(Reason::kInvalidField, field + ".purpose");
  }
  MUSTER_RETURN_IF_ERROR(CheckGiven(consent.text_version, field + ".text_version"));
  return consent.given <= now ? absl::OkStatus()
                              : BadTime(field + ".given_time", "同意时间在将来", "the consent lies in the future");
}

Consent* InForce(Member& member, const std::string& purpose) {
  const auto found = std::find_if(member.consents.begin(), member.consents.end(), [&](const Consent& consent) {
    return consent.purpose == purpose && !consent.withdrawn;
  });
  return found == member.consents.end() ? nullptr : &*found;
}

/// What both commands ask first.
absl::Status CheckCommand(const Facts& facts, int64_t expected_version, const Context& context, const char* action) {
  if (!facts.member) {
    return Error(Reason::kNotFound, "member_id");
  }
  MUSTER_RETURN_IF_ERROR(CheckVersion(expected_version, facts.member->version));
  MUSTER_RETURN_IF_ERROR(CheckSpeaksFor(context.principal, *facts.member, action));
  return CheckNotErased(*facts.member);
}

}  // namespace

bool Consents(const Member& member, const std::string& purpose) {
  return std::any_of(member.consents.begin(), member.consents.end(),
                     [&](const Consent& consent) { return consent.purpose == purpose && !consent.withdrawn; });
}

absl::Status CheckDispatchConsent(const Member& member, const std::string& field) {
  if (Consents(member, kDispatchPurpose)) {
    return absl::OkStatus();
  }
  return ErrorWithTexts(Reason::kNotEligible, field,
                        "此人尚未同意接受调派，不能编入队伍。请先登记其同意（RecordConsent，用途 dispatch），再重试。",
                        "This person has not consented to being dispatched and cannot be in a team. Record the consent "
                        "first (RecordConsent, purpose dispatch), then try again.",
                        {{"rules", "CONSENT_MISSING"}});
}

absl::Status CheckConsents(const std::vector<Consent>& consents, Time now, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(consents.size()), 0, kMaxConsents, field));
  std::set<std::string> purposes;
  for (size_t i = 0; i < consents.size(); ++i) {
    const std::string at = field + "[" + std::to_string(i) + "]";
    MUSTER_RETURN_IF_ERROR(CheckConsent(consents[i], now, at));
    if (!purposes.insert(consents[i].purpose).second) {
      return Error(Reason::kInvalidField, at + ".purpose");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<RegistryChanges> Decide(const RecordConsent& command, const Facts& facts, const Context& context) {
  MUSTER_RETURN_IF_ERROR(CheckCommand(facts, command.expected_version, context, "RecordConsent"));
  MUSTER_RETURN_IF_ERROR(CheckConsent(command.consent, context.now, "consent"));
  Member after = *facts.member;
  if (Consent* earlier = InForce(after, command.consent.purpose)) {
    if (command.consent.given < earlier->given) {
      return BadTime("consent.given_time", "早于现行同意的时间", "it is earlier than the consent in force");
    }
    earlier->withdrawn = command.consent.given;
  }
  for (const Consent& earlier : after.consents) {
    if (earlier.purpose == command.consent.purpose && earlier.withdrawn && command.consent.given < *earlier.withdrawn) {
      return BadTime("consent.given_time", "早于最近一次撤回同意的时间", "it is earlier than the last withdrawal");
    }
  }
  after.consents.push_back(
      {command.consent.purpose, command.consent.text_version, command.consent.given, std::nullopt});
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(after.consents.size()), 0, kMaxConsents, "consent"));
  RegistryChanges changes;
  changes.members.push_back(NextVersion(*facts.member, std::move(after), context.now));
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const WithdrawConsent& command, const Facts& facts, const Context& context) {
  MUSTER_RETURN_IF_ERROR(CheckCommand(facts, command.expected_version, context, "WithdrawConsent"));
  Member after = *facts.member;
  Consent* consent = InForce(after, command.purpose);
  if (consent == nullptr) {
    return Error(Reason::kNotFound, "purpose");
  }
  consent->withdrawn = context.now;
  RegistryChanges changes;
  if (command.purpose == kDispatchPurpose) {
    after.team_ids.clear();
    EndMemberships(facts.people.memberships, "consent withdrawn", context.now, changes);
    WithdrawApplications(facts.people, "consent withdrawn", context.now, changes);
  }
  changes.members.push_back(NextVersion(*facts.member, std::move(after), context.now));
  return changes;
}

}  // namespace muster::registry
