#include "services/registry/store/tables.h"

#include <algorithm>

#include "muster/domain/reason.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/store/codecs.h"
#include "services/registry/store/people_tables.h"
#include "services/registry/store/readiness_tables.h"
#include "services/registry/store/search_index.h"

namespace muster::registry {
namespace {

using storage::Table;
using storage::Value;
using storage::Write;

/// Columns of `organization` in its first schema.
constexpr size_t kFirstOrganizationColumns = 21;

bool IsEmpty(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto* blob = std::get_if<storage::Blob>(&value);
  return std::holds_alternative<std::monostate>(value) || (text != nullptr && text->empty()) ||
         (blob != nullptr && blob->bytes.empty());
}

/// Columns at the end of the table of teams that schema step 7 has added. A team that has nothing in them has the hash
/// that it had before, so that what was audited then is still as audited.
constexpr size_t kLaterColumns = 3;

bool Same(const std::vector<HeldCapability>& a, const std::vector<HeldCapability>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.capability == y.capability && x.level == y.level && x.valid == y.valid;
  });
}

void InsertCapabilities(const Team& team, std::vector<Write>& writes) {
  int64_t place = 0;
  for (const HeldCapability& held : team.capabilities) {
    writes.push_back(
        {"INSERT INTO team_capability (team_id, place, capability, level, valid_from_us, valid_until_us) "
         "VALUES ($1, $2, $3, $4, $5, $6)",
         {team.id.value(), place++, held.capability, int64_t{held.level}, ToMicros(held.valid.start),
          ToMicros(held.valid.end)},
         1,
         {}});
  }
}

void InsertMemberships(const Member& member, std::vector<Write>& writes) {
  for (const TeamId& team : member.team_ids) {
    writes.push_back(
        {"INSERT INTO member_team (team_id, member_id) VALUES ($1, $2)", {team.value(), member.id.value()}, 1, {}});
  }
}

void InsertAvailability(const Availability& availability, std::vector<Write>& writes) {
  writes.push_back({"INSERT INTO availability (id, team_id, start_us, end_us, create_us) VALUES ($1, $2, $3, $4, $5)",
                    {availability.id.value(), availability.team_id.value(), ToMicros(availability.window.start),
                     ToMicros(availability.window.end), ToMicros(availability.create_time)},
                    1,
                    {}});
}

/// What a row had before people had more than a name, a phone and skills. The audit trail knows such rows by the hash
/// of these columns, so a row to which nothing was added since keeps it.
constexpr size_t kFirstMemberColumns = 12;

bool HasMore(const Member& member) {
  const Sealed* sealed[] = {&member.birth_date, &member.guardian_name, &member.guardian_phone, &member.policy_number,
                            &member.person_index};
  return std::any_of(std::begin(sealed), std::end(sealed), [](const Sealed* one) { return !one->empty(); }) ||
         member.guardian_consent || !member.insurer.empty() || member.cover || !member.consents.empty() ||
         !member.account_id.empty() || member.erase_time;
}

/// A new row is refused only for the person, the account or the id that it repeats.
Write InsertMember(const Member& member) {
  static const absl::Status taken = SamePersonExists("member");
  Write write = MemberTable().Insert(member);
  write.otherwise = taken;
  return write;
}

void SaveTeam(const Changed<TeamProfile>& change, std::vector<Write>& writes) {
  const Team& team = change.after.team;
  writes.push_back(TeamTable().Save(team));
  if (!change.before) {
    InsertCapabilities(team, writes);
  } else if (change.before->team.reported && !team.reported) {
    writes.push_back({"DELETE FROM team_position WHERE team_id = $1", {team.id.value()}, -1, {}});
  }
  if (change.before && !Same(change.before->team.capabilities, team.capabilities)) {
    writes.push_back({"DELETE FROM team_capability WHERE team_id = $1", {team.id.value()}, -1, {}});
    InsertCapabilities(team, writes);
  }
}

void SaveMember(const Changed<Member>& change, std::vector<Write>& writes) {
  const Member& member = change.after;
  writes.push_back(change.before ? MemberTable().Update(member) : InsertMember(member));
  if (!change.before) {
    InsertMemberships(member, writes);
  } else if (change.before->team_ids != member.team_ids) {
    writes.push_back({"DELETE FROM member_team WHERE member_id = $1", {member.id.value()}, -1, {}});
    InsertMemberships(member, writes);
  }
}

}  // namespace

const Table<Organization>& OrganizationTable() {
  static const Table<Organization> table = Table<Organization>("organization")
                                               .Column("id", &Organization::id)
                                               .Column("version", &Organization::version)
                                               .Column("create_us", &Organization::create_time)
                                               .Column("update_us", &Organization::update_time)
                                               .Column("name", &Organization::name)
                                               .Column("kind", &Organization::kind)
                                               .Column("credit_code", &Organization::credit_code)
                                               .Column("filing_office", &Organization::filing_office)
                                               .Column("filing_number", &Organization::filing_number)
                                               .Column("district_path", &Organization::district_path)
                                               .Column("address", &Organization::address)
                                               .Column("location", &Organization::location)
                                               .Column("state", &Organization::state)
                                               .Column("registration_end_us", &Organization::registration_end)
                                               .Column("rating", &Organization::rating)
                                               .Column("rating_end_us", &Organization::rating_end)
                                               .Column("blacklisted_until_us", &Organization::blacklisted_until)
                                               .Column("contact_key", &Organization::contact_key)
                                               .Column("contact_name", &Organization::contact_name)
                                               .Column("contact_phone", &Organization::contact_phone)
                                               .Column("external_refs", &Organization::external_refs)
                                               .Column("supervisor", &Organization::supervisor)
                                               .Column("help_offered", &Organization::help_offered)
                                               .Column("party_branch", &Organization::party_branch)
                                               .Column("fundraising_number", &Organization::fundraising_number)
                                               .Column("fundraising_valid", &Organization::fundraising_valid)
                                               .Column("credit_code_reason", &Organization::credit_code_reason)
                                               .Column("blacklist_reason", &Organization::blacklist_reason)
                                               .Column("inspections", &Organization::inspections)
                                               .Column("merged_into", &Organization::merged_into)
                                               .Column("contact_index", &Organization::contact_index)
                                               .Done();
  return table;
}

const Table<OrganizationChange>& OrganizationChangeTable() {
  static const Table<OrganizationChange> table = Table<OrganizationChange>("organization_change")
                                                     .Column("id", &OrganizationChange::id)
                                                     .Column("version", &OrganizationChange::version)
                                                     .Column("create_us", &OrganizationChange::create_time)
                                                     .Column("update_us", &OrganizationChange::update_time)
                                                     .Column("organization_id", &OrganizationChange::organization_id)
                                                     .Column("state", &OrganizationChange::state)
                                                     .Column("wished", &OrganizationChange::values)
                                                     .Column("paths", &OrganizationChange::paths)
                                                     .Column("reason", &OrganizationChange::reason)
                                                     .Column("author", &OrganizationChange::author)
                                                     .Column("reviewer", &OrganizationChange::reviewer)
                                                     .Column("decision_reason", &OrganizationChange::decision_reason)
                                                     .Done();
  return table;
}

const Table<DuplicateDismissal>& DismissalTable() {
  static const Table<DuplicateDismissal> table = Table<DuplicateDismissal>("duplicate_dismissal")
                                                     .Column("id", &DuplicateDismissal::id)
                                                     .Column("version", &DuplicateDismissal::version)
                                                     .Column("create_us", &DuplicateDismissal::create_time)
                                                     .Column("first_id", &DuplicateDismissal::first_id)
                                                     .Column("second_id", &DuplicateDismissal::second_id)
                                                     .Column("reason", &DuplicateDismissal::reason)
                                                     .Column("officer", &DuplicateDismissal::officer)
                                                     .Done();
  return table;
}

const Table<Team>& TeamTable() {
  static const Table<Team> table = Table<Team>("team")
                                       .Column("id", &Team::id)
                                       .Column("version", &Team::version)
                                       .Column("create_us", &Team::create_time)
                                       .Column("update_us", &Team::update_time)
                                       .Column("organization_id", &Team::organization_id)
                                       .Column("name", &Team::name)
                                       .Column("leader_member_id", &Team::leader_member_id)
                                       .Column("headcount", &Team::headcount)
                                       .Column("base_location", &Team::base)
                                       .Column("last_location", &Team::current)
                                       .Column("travel_mode", &Team::travel_mode)
                                       .Column("turnout_minutes", &Team::turnout_minutes)
                                       .Column("range_km", &Team::range_km)
                                       .Column("works_remotely", &Team::works_remotely)
                                       .Column("languages", &Team::languages)
                                       .Column("district_path", &Team::district_path)
                                       .Column("disbanded", &Team::disbanded)
                                       .Column("suspended", &Team::suspended)
                                       .Column("external_refs", &Team::external_refs)
                                       .Column("equipment", &Team::equipment)
                                       .Column("limits", &Team::limits)
                                       .Column("partners", &Team::partners)
                                       .Done();
  return table;
}

const Table<Member>& MemberTable() {
  static const Table<Member> table = Table<Member>("member")
                                         .Column("id", &Member::id)
                                         .Column("version", &Member::version)
                                         .Column("create_us", &Member::create_time)
                                         .Column("update_us", &Member::update_time)
                                         .Column("organization_id", &Member::organization_id)
                                         .Column("district_path", &Member::district_path)
                                         .Column("person_key", &Member::person_key)
                                         .Column("name", &Member::name)
                                         .Column("phone", &Member::phone)
                                         .Column("id_number", &Member::id_number)
                                         .Column("phone_index", &Member::phone_index)
                                         .Column("skills", &Member::skills)
                                         .Column("birth_date", &Member::birth_date)
                                         .Column("guardian_name", &Member::guardian_name)
                                         .Column("guardian_phone", &Member::guardian_phone)
                                         .Column("guardian_consent_us", &Member::guardian_consent)
                                         .Column("insurer", &Member::insurer)
                                         .Column("policy_number", &Member::policy_number)
                                         .Column("cover", &Member::cover)
                                         .Column("consents", &Member::consents)
                                         .Column("account_id", &Member::account_id)
                                         .Column("person_index", &Member::person_index)
                                         .Column("erase_us", &Member::erase_time)
                                         .Done();
  return table;
}

std::string HashOf(const Organization& organization) {
  std::vector<Value> values = OrganizationTable().Values(organization);
  while (values.size() > kFirstOrganizationColumns && IsEmpty(values.back())) {
    values.pop_back();
  }
  return storage::HashValues(values);
}

std::string HashOf(const Team& team) {
  std::vector<Value> values = TeamTable().Values(team);
  if (team.equipment.empty() && team.limits == TeamLimits() && team.partners.empty()) {
    values.resize(values.size() - kLaterColumns);
  }
  for (const HeldCapability& held : team.capabilities) {
    values.insert(values.end(), {Value(held.capability), Value(int64_t{held.level}), Value(ToMicros(held.valid.start)),
                                 Value(ToMicros(held.valid.end))});
  }
  return storage::HashValues(values);
}

std::string HashOf(const Member& member) {
  std::vector<Value> values = MemberTable().Values(member);
  if (!HasMore(member)) {
    values.resize(kFirstMemberColumns);
  }
  for (const TeamId& team : member.team_ids) {
    values.emplace_back(team.value());
  }
  return storage::HashValues(values);
}

void AppendWrites(const RegistryChanges& changes, std::vector<Write>& writes) {
  for (const auto& change : changes.organizations) {
    writes.push_back(OrganizationTable().Save(change.after));
  }
  for (const auto& change : changes.organization_changes) {
    writes.push_back(OrganizationChangeTable().Save(change.after));
  }
  for (const auto& change : changes.dismissals) {
    writes.push_back(DismissalTable().Insert(change.after));
    writes.back().otherwise = Error(Reason::kDuplicate, "second_id");
  }
  for (const auto& change : changes.teams) {
    SaveTeam(change, writes);
  }
  for (const auto& change : changes.members) {
    SaveMember(change, writes);
  }
  AppendReadinessWrites(changes, writes);
  AppendPeopleWrites(changes, writes);
  if (changes.windows) {
    const std::string& id = changes.windows->team_id.value();
    writes.push_back({"DELETE FROM team_schedule WHERE team_id = $1", {id}, -1, {}});
    if (!changes.windows->weekly.empty() || !changes.windows->blackout_days.empty()) {
      writes.push_back({"INSERT INTO team_schedule (team_id, weekly, blackout_days) VALUES ($1, $2, $3)",
                        {id, WeeklyToText(changes.windows->weekly), WordsToText(changes.windows->blackout_days)},
                        1,
                        {}});
    }
    writes.push_back({"DELETE FROM availability WHERE team_id = $1", {changes.windows->team_id.value()}, -1, {}});
    for (const Availability& availability : changes.windows->availabilities) {
      InsertAvailability(availability, writes);
    }
  }
  AppendSearchWrites(changes, writes);
}

void AppendWrites(const ImportChanges& changes, std::vector<Write>& writes) {
  for (size_t i = 0; i < changes.organizations.size(); ++i) {
    writes.push_back(OrganizationTable().Insert(changes.organizations[i]));
    // The id is new, so what is there already is the credit code or the filing number.
    writes.back().otherwise = Error(Reason::kDuplicate, changes.organization_fields[i]);
  }
  for (const Team& team : changes.teams) {
    writes.push_back(TeamTable().Insert(team));
    InsertCapabilities(team, writes);
  }
  for (const Member& member : changes.members) {
    writes.push_back(InsertMember(member));
    InsertMemberships(member, writes);
  }
  for (const Availability& availability : changes.availabilities) {
    InsertAvailability(availability, writes);
  }
  AppendSearchWrites(changes.organizations, writes);
  AppendSearchWrites(changes.teams, writes);
  AppendSearchWrites(changes.members, writes);
}

}  // namespace muster::registry
