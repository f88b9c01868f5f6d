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
#include "services/registry/core/field_checks.h"
#include "services/registry/core/field_mask.h"

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
  to.phone_index = from.phone_index;
  to.digests = from.digests;
}

constexpr auto kFields = std::to_array<Field>({
    {"name", Authority::kManager, CopyPerson},
    {"phone", Authority::kManager, CopyPerson},
    {"id_number", Authority::kManager, CopyPerson},
    {"team_ids", Authority::kManager, [](Member& to, const Member& from) { to.team_ids = from.team_ids; }},
    {"skills", Authority::kManager, [](Member& to, const Member& from) { to.skills = from.skills; }},
    {"district_path", Authority::kManager,
     [](Member& to, const Member& from) { to.district_path = from.district_path; }},
    {"id", Authority::kNobody, nullptr},
    {"version", Authority::kNobody, nullptr},
    {"create_time", Authority::kNobody, nullptr},
    {"update_time", Authority::kNobody, nullptr},
    {"organization_id", Authority::kNobody, nullptr},
});

/// A person serves in teams of the own organization only.
absl::Status CheckTeams(const Member& member, const Facts& facts) {
  for (size_t i = 0; i < member.team_ids.size(); ++i) {
    const auto team = std::find_if(facts.member_teams.begin(), facts.member_teams.end(),
                                   [&](const Team& one) { return one.id == member.team_ids[i]; });
    if (team == facts.member_teams.end() || team->disbanded || member.organization_id.empty() ||
        team->organization_id != member.organization_id) {
      return Error(Reason::kInvalidField, "member.team_ids[" + std::to_string(i) + "]");
    }
  }
  return absl::OkStatus();
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
  return Person{security::SensitiveText(std::move(name)), security::SensitiveText(std::move(phone)),
                security::SensitiveText(std::move(id_number))};
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
  return absl::OkStatus();
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
  MUSTER_RETURN_IF_ERROR(CheckTeams(member, facts));
  SortTeams(member);
  member.version = 1;
  member.create_time = context.now;
  member.update_time = context.now;
  RegistryChanges changes;
  changes.members.push_back({std::nullopt, std::move(member), ""});
  return changes;
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
  MUSTER_RETURN_IF_ERROR(ApplyMask<Member>(
      kFields, command.paths, AuthorityOver(context.principal, before.organization_id, before.district_path),
      "UpdateMember", command.values, after));
  MUSTER_RETURN_IF_ERROR(CheckMember(after, "member"));
  if (Names(command.paths, "team_ids")) {
    MUSTER_RETURN_IF_ERROR(CheckTeams(after, facts));
    SortTeams(after);
  }
  after.version = before.version + 1;
  after.update_time = context.now;
  RegistryChanges changes;
  changes.members.push_back({before, std::move(after), ""});
  return changes;
}

}  // namespace muster::registry
