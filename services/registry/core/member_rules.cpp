#include "services/registry/core/member_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "muster/security/id_number.h"
#include "muster/security/phone.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/consent_rules.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/field_mask.h"
#include "services/registry/core/membership_rules.h"
#include "services/registry/core/people_authority.h"
#include "services/registry/core/person_rules.h"

namespace muster::registry {
namespace {

using Field = UpdatableField<Member>;

constexpr int64_t kMaxSkills = 50;
constexpr int64_t kMaxTeamsOfMember = 20;

void CopyPerson(Member& to, const Member& from) {
  // The fields share the person's key, so they are always sealed together.
  to.person_key = from.person_key;
  to.name = from.name;
  to.phone = from.phone;
  to.id_number = from.id_number;
  to.birth_date = from.birth_date;
  to.guardian_name = from.guardian_name;
  to.guardian_phone = from.guardian_phone;
  to.policy_number = from.policy_number;
  to.phone_index = from.phone_index;
  to.digests = from.digests;
  to.person_index = from.person_index;
}

constexpr auto kFields = std::to_array<Field>({
    {"name", Authority::kManager, CopyPerson},
    {"phone", Authority::kManager, CopyPerson},
    {"id_number", Authority::kManager, CopyPerson},
    {"birth_date", Authority::kManager, CopyPerson},
    {"guardian_name", Authority::kManager, CopyPerson},
    {"guardian_phone", Authority::kManager, CopyPerson},
    {"guardian_consent_time", Authority::kManager,
     [](Member& to, const Member& from) {
       CopyPerson(to, from);
       to.guardian_consent = from.guardian_consent;
     }},
    {"insurance", Authority::kManager,
     [](Member& to, const Member& from) {
       CopyPerson(to, from);
       to.insurer = from.insurer;
       to.cover = from.cover;
     }},
    {"team_ids", Authority::kManager, [](Member& to, const Member& from) { to.team_ids = from.team_ids; }},
    {"skills", Authority::kManager, [](Member& to, const Member& from) { to.skills = from.skills; }},
    {"district_path", Authority::kManager,
     [](Member& to, const Member& from) { to.district_path = from.district_path; }},
    {"id", Authority::kNobody, nullptr},
    {"version", Authority::kNobody, nullptr},
    {"create_time", Authority::kNobody, nullptr},
    {"update_time", Authority::kNobody, nullptr},
    {"organization_id", Authority::kNobody, nullptr},
    {"consents", Authority::kNobody, nullptr},
    {"dispatch_consent_missing", Authority::kNobody, nullptr},
    {"account_id", Authority::kNobody, nullptr},
    {"erase_time", Authority::kNobody, nullptr},
});

bool IsIn(const std::vector<TeamId>& teams, const TeamId& team) {
  return std::find(teams.begin(), teams.end(), team) != teams.end();
}

/// The teams of other organizations that the person is in by agreement.
std::vector<TeamId> JoinedTeams(const Member& member, const Facts& facts) {
  std::vector<TeamId> joined;
  for (const Membership& membership : facts.people.memberships) {
    const bool foreign = membership.organization_id != member.organization_id;
    if (foreign && membership.state == MembershipState::kAccepted && IsIn(member.team_ids, membership.team_id)) {
      joined.push_back(membership.team_id);
    }
  }
  return joined;
}

/// By this way a person comes into teams of the own organization only; `joined` are those that they are in already.
absl::Status CheckTeams(const Member& member, const std::vector<TeamId>& joined, const Facts& facts) {
  for (size_t i = 0; i < member.team_ids.size(); ++i) {
    if (IsIn(joined, member.team_ids[i])) {
      continue;
    }
    const auto team = std::find_if(facts.member_teams.begin(), facts.member_teams.end(),
                                   [&](const Team& one) { return one.id == member.team_ids[i]; });
    if (team == facts.member_teams.end() || team->disbanded || member.organization_id.empty() ||
        team->organization_id != member.organization_id) {
      return Error(Reason::kInvalidField, "member.team_ids[" + std::to_string(i) + "]");
    }
  }
  return absl::OkStatus();
}

/// Who comes into a team has consented to being dispatched; who has been in it since before consents were recorded may
/// stay.
absl::Status CheckNewTeams(const std::vector<TeamId>& before, const Member& member) {
  const bool has_new = std::any_of(member.team_ids.begin(), member.team_ids.end(),
                                   [&](const TeamId& team) { return !IsIn(before, team); });
  return has_new ? CheckDispatchConsent(member, "member.team_ids") : absl::OkStatus();
}

/// Where the update lists teams: those of the own organization as listed, others as they were.
absl::Status ChangeTeams(const Member& before, const Facts& facts, Member& after) {
  const std::vector<TeamId> joined = JoinedTeams(before, facts);
  MUSTER_RETURN_IF_ERROR(CheckTeams(after, joined, facts));
  after.team_ids.insert(after.team_ids.end(), joined.begin(), joined.end());
  SortTeams(after);
  MUSTER_RETURN_IF_ERROR(CheckMember(after, "member"));
  return CheckNewTeams(before.team_ids, after);
}

/// The agreements with teams of the own organization that the person is no longer in.
std::vector<Membership> Dropped(const Member& after, const Facts& facts) {
  std::vector<Membership> dropped;
  for (const Membership& membership : facts.people.memberships) {
    if (membership.state == MembershipState::kAccepted && !IsIn(after.team_ids, membership.team_id)) {
      dropped.push_back(membership);
    }
  }
  return dropped;
}

/// What the caller may change of a member: a person their own data, though not the teams.
Authority AuthorityOverMember(const Principal& principal, const Member& member, bool names_teams) {
  const Authority held = AuthorityOver(principal, member.organization_id, member.district_path);
  return held < Authority::kManager && !names_teams && SpeaksFor(principal, member) ? Authority::kManager : held;
}

/// The change that makes a member.
RegistryChanges Made(Member member, Time now) {
  SortTeams(member);
  member.version = 1;
  member.create_time = now;
  member.update_time = now;
  RegistryChanges changes;
  changes.members.push_back({std::nullopt, std::move(member), ""});
  return changes;
}

absl::StatusOr<security::SensitiveText> OptionalPhone(const security::SensitiveText& phone, const std::string& field) {
  if (phone.Reveal().empty()) {
    return security::SensitiveText();
  }
  MUSTER_ASSIGN_OR_RETURN(std::string normal, security::NormalizePhone(phone.Reveal(), field));
  return security::SensitiveText(std::move(normal));
}

std::string Trimmed(const security::SensitiveText& text) { return std::string(TrimBlanks(text.Reveal())); }

}  // namespace

void SortTeams(Member& member) {
  std::sort(member.team_ids.begin(), member.team_ids.end());
  member.team_ids.erase(std::unique(member.team_ids.begin(), member.team_ids.end()), member.team_ids.end());
}

absl::StatusOr<std::string> NormalizeName(const std::string& name, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckGiven(name, field));
  MUSTER_RETURN_IF_ERROR(CheckNotMasked(name, field));
  return std::string(TrimBlanks(name));
}

absl::StatusOr<Person> NormalizePerson(const Person& person, const std::string& prefix) {
  MUSTER_ASSIGN_OR_RETURN(std::string name, NormalizeName(std::string(person.name.Reveal()), prefix + ".name"));
  MUSTER_ASSIGN_OR_RETURN(std::string phone, security::NormalizePhone(person.phone.Reveal(), prefix + ".phone"));
  std::string id_number;
  if (!person.id_number.Reveal().empty()) {
    MUSTER_ASSIGN_OR_RETURN(id_number, security::NormalizeIdNumber(person.id_number.Reveal(), prefix + ".id_number"));
  }
  Person normal{security::SensitiveText(std::move(name)), security::SensitiveText(std::move(phone)),
                security::SensitiveText(std::move(id_number))};
  MUSTER_ASSIGN_OR_RETURN(std::string birth_date,
                          NormalizeBirthDate(person.birth_date.Reveal(), normal.id_number.Reveal(), prefix));
  normal.birth_date = security::SensitiveText(std::move(birth_date));
  MUSTER_RETURN_IF_ERROR(CheckNotMasked(person.guardian_name.Reveal(), prefix + ".guardian_name"));
  normal.guardian_name = security::SensitiveText(Trimmed(person.guardian_name));
  MUSTER_ASSIGN_OR_RETURN(normal.guardian_phone, OptionalPhone(person.guardian_phone, prefix + ".guardian_phone"));
  MUSTER_RETURN_IF_ERROR(CheckNotMasked(person.policy_number.Reveal(), prefix + ".insurance.policy_number"));
  normal.policy_number = security::SensitiveText(Trimmed(person.policy_number));
  return normal;
}

absl::StatusOr<Person> NormalizeContact(const Person& person, const std::string& prefix) {
  MUSTER_RETURN_IF_ERROR(CheckNotMasked(person.name.Reveal(), prefix + ".contact_name"));
  std::string phone;
  if (!person.phone.Reveal().empty()) {
    MUSTER_ASSIGN_OR_RETURN(phone, security::NormalizePhone(person.phone.Reveal(), prefix + ".contact_phone"));
  }
  return Person{security::SensitiveText(Trimmed(person.name)), security::SensitiveText(std::move(phone)), {}};
}

absl::Status CheckMember(const Member& member, const std::string& prefix) {
  MUSTER_RETURN_IF_ERROR(CheckDistrict(member.district_path, prefix + ".district_path"));
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(member.skills.size()), 0, kMaxSkills, prefix + ".skills"));
  MUSTER_RETURN_IF_ERROR(
      CheckRange(static_cast<int64_t>(member.team_ids.size()), 0, kMaxTeamsOfMember, prefix + ".team_ids"));
  for (size_t i = 0; i < member.skills.size(); ++i) {
    if (FindCapability(member.skills[i]) == nullptr) {
      return Error(Reason::kInvalidField, prefix + ".skills[" + std::to_string(i) + "]");
    }
  }
  return member.cover ? CheckWindow(*member.cover, prefix + ".insurance.cover") : absl::OkStatus();
}

absl::Status CheckNotErased(const Member& member) {
  return member.erase_time ? IllegalMove("member", "erased", "used", "none") : absl::OkStatus();
}

absl::Status SamePersonExists(const std::string& field) {
  return ErrorWithTexts(
      Reason::kDuplicate, field,
      "此人（同一电话和证件号）已登记。请不要重复登记；可用 JoinTeam（电话和证件号）邀请其加入队伍。",
      "This person (same phone and identity number) is registered already. Do not register them again; "
      "ask them to join a team (JoinTeam, by phone and identity number).");
}

Changed<Member> NextVersion(const Member& before, Member after, Time now) {
  after.version = before.version + 1;
  after.update_time = now;
  return {before, std::move(after), ""};
}

absl::StatusOr<RegistryChanges> Decide(const CreateMember& command, const Facts& facts, const Context& context) {
  Member member = command.values;
  if (!member.organization_id.empty() && !facts.organization) {
    return Error(Reason::kNotFound, "member.organization_id");
  }
  if (member.district_path.empty() && facts.organization) {
    member.district_path = facts.organization->district_path;
  }
  MUSTER_RETURN_IF_ERROR(CheckMember(member, "member"));
  const std::string& district = facts.organization ? facts.organization->district_path : member.district_path;
  MUSTER_RETURN_IF_ERROR(
      Require(Authority::kManager, AuthorityOver(context.principal, member.organization_id, district), "CreateMember"));
  MUSTER_RETURN_IF_ERROR(CheckTeams(member, {}, facts));
  MUSTER_RETURN_IF_ERROR(CheckConsents(member.consents, context.now, "member.consents"));
  MUSTER_RETURN_IF_ERROR(CheckNewTeams({}, member));
  if (facts.people.person_taken) {
    return SamePersonExists("member");
  }
  return Made(std::move(member), context.now);
}

absl::StatusOr<RegistryChanges> Decide(const RegisterVolunteer& command, const Facts& facts, const Context& context) {
  const Member& member = command.values;
  MUSTER_RETURN_IF_ERROR(CheckMember(member, "member"));
  if (member.account_id.empty()) {
    MUSTER_RETURN_IF_ERROR(Require(Authority::kOperator,
                                   AuthorityOver(context.principal, OrganizationId(), member.district_path),
                                   "RegisterVolunteer"));
  }
  MUSTER_RETURN_IF_ERROR(CheckConsents(member.consents, context.now, "member.consents"));
  if (!facts.people.member_of_account.empty()) {
    return ErrorWithTexts(Reason::kDuplicate, "member", "您的账号已登记为志愿者。请使用已有的登记（UpdateMember）。",
                          "Your account is registered as a volunteer already. Use that registration (UpdateMember).",
                          {{"member_id", facts.people.member_of_account.value()}});
  }
  if (facts.people.person_taken) {
    return SamePersonExists("member");
  }
  return Made(member, context.now);
}

absl::StatusOr<RegistryChanges> Decide(const UpdateMember& command, const Facts& facts, const Context& context) {
  if (!facts.member) {
    return Error(Reason::kNotFound);
  }
  const Member& before = *facts.member;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  if (command.person_version != 0) {
    MUSTER_RETURN_IF_ERROR(CheckVersion(command.person_version, before.version));
  }
  Member after = before;
  const bool names_teams = Names(command.paths, "team_ids");
  MUSTER_RETURN_IF_ERROR(ApplyMask<Member>(kFields, command.paths,
                                           AuthorityOverMember(context.principal, before, names_teams), "UpdateMember",
                                           command.values, after));
  MUSTER_RETURN_IF_ERROR(CheckNotErased(before));
  MUSTER_RETURN_IF_ERROR(CheckMember(after, "member"));
  if (names_teams) {
    MUSTER_RETURN_IF_ERROR(ChangeTeams(before, facts, after));
  }
  if (facts.people.person_taken) {
    return SamePersonExists("member");
  }
  RegistryChanges changes;
  EndMemberships(Dropped(after, facts), "", context.now, changes);
  changes.members.push_back(NextVersion(before, std::move(after), context.now));
  return changes;
}

}  // namespace muster::registry
