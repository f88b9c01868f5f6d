#include "services/registry/store/reads.h"

#include <algorithm>
#include <set>

#include "services/registry/store/codecs.h"
#include "services/registry/store/people_tables.h"
#include "services/registry/store/readiness_tables.h"
#include "services/registry/store/scope.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

std::vector<Value> IdAndScope(const std::string& id, const Principal& principal) {
  std::vector<Value> parameters{id};
  AppendScope(ScopeOf(principal), parameters);
  return parameters;
}

template <class T>
std::string SelectVisible(const storage::Table<T>& table, const std::string& organization_column) {
  return "SELECT " + table.select_list() + " FROM " + table.name() + " WHERE id = $1 AND " +
         ScopeCondition(organization_column, 2);
}

TeamProfile* FindTeam(std::vector<TeamProfile>& teams, std::string_view id) {
  // Rows come sorted by team, so the search is by halves.
  const auto found =
      std::lower_bound(teams.begin(), teams.end(), id,
                       [](const TeamProfile& team, std::string_view key) { return team.team.id.value() < key; });
  return found != teams.end() && found->team.id.value() == id ? &*found : nullptr;
}

Window ParseWindow(const Row& row, int offset) {
  return {FromMicros(row.Int(offset)), FromMicros(row.Int(offset + 1))};
}

Read ReadCapabilities(std::string_view sql, const std::string& id, std::vector<TeamProfile>& into) {
  return {sql, {id}, [&into](const Row& row) {
            if (TeamProfile* team = FindTeam(into, row.Text(0))) {
              team->team.capabilities.push_back(ParseCapability(row, 1));
            }
          }};
}

Read ReadSchedules(std::string_view sql, const std::string& id, std::vector<TeamProfile>& into) {
  return {sql, {id}, [&into](const Row& row) {
            if (TeamProfile* team = FindTeam(into, row.Text(0))) {
              ParseSchedule(row, 1, *team);
            }
          }};
}

Read ReadWindows(std::string_view sql, const std::string& id, std::vector<TeamProfile>& into) {
  return {sql, {id}, [&into](const Row& row) {
            if (TeamProfile* team = FindTeam(into, row.Text(0))) {
              team->available.push_back(ParseWindow(row, 1));
            }
          }};
}

template <class T>
void ReadExisting(std::string_view sql, const std::vector<T>& rows, ImportFacts& into, Reads& reads) {
  for (const T& row : rows) {
    reads.push_back({sql, {row.id.value()}, [&into](const Row& found) { into.ids.emplace(found.Text(0)); }});
  }
}

}  // namespace

HeldCapability ParseCapability(const Row& row, int offset) {
  return {std::string(row.Text(offset)), static_cast<int>(row.Int(offset + 1)), ParseWindow(row, offset + 2)};
}

Standing ParseStanding(const Row& row, int offset) {
  return {storage::Codec<OrganizationState>::FromRow(row, offset),
          storage::Codec<std::optional<Time>>::FromRow(row, offset + 1),
          storage::Codec<std::optional<Time>>::FromRow(row, offset + 2), std::string(row.Text(offset + 3)),
          storage::Codec<OrganizationKind>::FromRow(row, offset + 4)};
}

void ParseSchedule(const Row& row, int offset, TeamProfile& into) {
  into.weekly = WeeklyFromText(row.Text(offset));
  into.blackout_days = WordsFromText(row.Text(offset + 1));
}

void ReadOrganization(const Principal& principal, const OrganizationId& id, std::optional<Organization>& into,
                      Reads& reads) {
  static const std::string kSql = SelectVisible(OrganizationTable(), "id");
  reads.push_back(
      {kSql, IdAndScope(id.value(), principal), [&into](const Row& row) { into = OrganizationTable().Parse(row); }});
}

void ReadTeam(const Principal& principal, const TeamId& id, std::vector<TeamProfile>& into, Reads& reads) {
  // A team is seen by the organizations that were asked to take part in it, too.
  static const std::string kTeam = "SELECT " + TeamTable().select_list() + " FROM team WHERE id = $1 AND (" +
                                   ScopeCondition("organization_id", 2) +
                                   " OR ($5 <> '' AND partners LIKE '%' || $5 || '%'))";
  reads.push_back({kTeam, IdAndScope(id.value(), principal), [&into](const Row& row) {
                     into.push_back({TeamTable().Parse(row), {}, {}, {}, {}});
                   }});
  reads.push_back(
      {"SELECT state, registration_end_us, blacklisted_until_us, name, kind FROM organization WHERE id = (SELECT "
       "organization_id FROM team WHERE id = $1)",
       {id.value()},
       [&into](const Row& row) {
         if (!into.empty()) {
           into.front().standing = ParseStanding(row, 0);
         }
       }});
  reads.push_back(
      ReadCapabilities("SELECT team_id, capability, level, valid_from_us, valid_until_us FROM "
                       "team_capability WHERE team_id = $1 ORDER BY place",
                       id.value(), into));
  reads.push_back(ReadWindows("SELECT team_id, start_us, end_us FROM availability WHERE team_id = $1 ORDER BY start_us",
                              id.value(), into));
  reads.push_back(
      ReadSchedules("SELECT team_id, weekly, blackout_days FROM team_schedule WHERE team_id = $1", id.value(), into));
  reads.push_back({"SELECT location FROM team_position WHERE team_id = $1", {id.value()}, [&into](const Row& row) {
                     if (!into.empty()) {
                       into.front().team.reported = LocationFromText(row.Text(0));
                     }
                   }});
}

void ReadTeamsOf(const OrganizationId& id, std::vector<TeamProfile>& into, Reads& reads) {
  static const std::string kTeams =
      "SELECT " + TeamTable().select_list() + " FROM team WHERE organization_id = $1 ORDER BY id";
  reads.push_back({kTeams, {id.value()}, [&into](const Row& row) {
                     into.push_back({TeamTable().Parse(row), {}, {}, {}, {}});
                   }});
  reads.push_back(
      ReadCapabilities("SELECT team_id, capability, level, valid_from_us, valid_until_us FROM "
                       "team_capability WHERE team_id IN (SELECT id FROM team WHERE organization_id = $1) "
                       "ORDER BY team_id, place",
                       id.value(), into));
  reads.push_back(
      ReadWindows("SELECT team_id, start_us, end_us FROM availability WHERE team_id IN (SELECT id FROM team "
                  "WHERE organization_id = $1) ORDER BY team_id, start_us",
                  id.value(), into));
  reads.push_back(
      ReadSchedules("SELECT team_id, weekly, blackout_days FROM team_schedule WHERE team_id IN (SELECT id FROM team "
                    "WHERE organization_id = $1) ORDER BY team_id",
                    id.value(), into));
}

void ReadMember(const Principal& principal, const MemberId& id, std::optional<Member>& into, Reads& reads) {
  static const std::string kSql =
      "SELECT " + MemberTable().select_list() + " FROM member WHERE id = $1 AND " + MemberCondition(2);
  std::vector<Value> parameters = MemberScope(principal);
  parameters.insert(parameters.begin(), Value(id.value()));
  reads.push_back({kSql, std::move(parameters), [&into](const Row& row) { into = MemberTable().Parse(row); }});
  reads.push_back(
      {"SELECT team_id FROM member_team WHERE member_id = $1 ORDER BY team_id", {id.value()}, [&into](const Row& row) {
         if (into) {
           into->team_ids.emplace_back(std::string(row.Text(0)));
         }
       }});
}

void ReadMembersOf(const OrganizationId& id, int64_t limit, std::vector<Member>& into, Reads& reads) {
  static const std::string kMembers =
      "SELECT " + MemberTable().select_list() + " FROM member WHERE organization_id = $1 ORDER BY id LIMIT $2";
  reads.push_back(
      {kMembers, {id.value(), limit}, [&into](const Row& row) { into.push_back(MemberTable().Parse(row)); }});
  reads.push_back(
      {"SELECT t.member_id, t.team_id FROM member m JOIN member_team t ON t.member_id = m.id WHERE m.organization_id = "
       "$1 ORDER BY t.member_id, t.team_id",
       {id.value()},
       [&into](const Row& row) {
         const std::string_view member = row.Text(0);
         const auto found = std::lower_bound(into.begin(), into.end(), member,
                                             [](const Member& m, std::string_view key) { return m.id.value() < key; });
         if (found != into.end() && found->id.value() == member) {
           found->team_ids.emplace_back(std::string(row.Text(1)));
         }
       }});
}

std::string VisibleChanges() {
  return "(SELECT c.*, o.district_path FROM organization_change c JOIN organization o ON o.id = c.organization_id) AS "
         "visible_change";
}

void ReadChange(const Principal& principal, const OrganizationChangeId& id, std::optional<OrganizationChange>& into,
                Reads& reads) {
  static const std::string kSql = "SELECT " + OrganizationChangeTable().select_list() + " FROM " + VisibleChanges() +
                                  " WHERE id = $1 AND " + ScopeCondition("organization_id", 2);
  reads.push_back({kSql, IdAndScope(id.value(), principal),
                   [&into](const Row& row) { into = OrganizationChangeTable().Parse(row); }});
}

void ReadBelongingsOf(const OrganizationId& id, int64_t limit, Belongings& into, Reads& reads) {
  const auto read = [&](const auto& table, auto& list) {
    static const std::string kSql =
        "SELECT " + table.select_list() + " FROM " + table.name() + " WHERE organization_id = $1 ORDER BY id LIMIT $2";
    reads.push_back({kSql, {id.value(), limit}, [&table, &list](const Row& row) { list.push_back(table.Parse(row)); }});
  };
  read(MembershipTable(), into.memberships);
  read(RecruitmentTable(), into.recruitments);
  read(ApplicationTable(), into.applications);
  read(ReadinessTable(), into.readiness);
  read(CapacityTable(), into.capacities);
}

void ReadOpenChange(const OrganizationId& id, std::optional<OrganizationChange>& into, Reads& reads) {
  static const std::string kSql = "SELECT " + OrganizationChangeTable().select_list() +
                                  " FROM organization_change WHERE organization_id = $1 AND state = 'open'";
  reads.push_back({kSql, {id.value()}, [&into](const Row& row) { into = OrganizationChangeTable().Parse(row); }});
}

void ReadDistrictOfOrganization(const TeamId& id, std::string& into, Reads& reads) {
  reads.push_back({"SELECT district_path FROM organization WHERE id = (SELECT organization_id FROM team WHERE id = $1)",
                   {id.value()},
                   [&into](const Row& row) { into = std::string(row.Text(0)); }});
}

void ReadOrganizationOfMember(const MemberId& id, std::optional<OrganizationId>& into, Reads& reads) {
  reads.push_back({"SELECT organization_id FROM member WHERE id = $1", {id.value()}, [&into](const Row& row) {
                     into = OrganizationId(std::string(row.Text(0)));
                   }});
}

void ReadTeamsNamed(const std::vector<TeamId>& ids, std::vector<Team>& into, Reads& reads) {
  static const std::string kSql = "SELECT " + TeamTable().select_list() + " FROM team WHERE id = $1";
  for (const TeamId& id : ids) {
    reads.push_back({kSql, {id.value()}, [&into](const Row& row) { into.push_back(TeamTable().Parse(row)); }});
  }
}

void ReadCreditCodeTaken(const std::string& credit_code, const OrganizationId& except, bool& into, Reads& reads) {
  reads.push_back(
      {"SELECT id FROM organization WHERE credit_code = $1 AND credit_code <> '' AND state NOT IN "
       "('revoked', 'withdrawn') AND id <> $2",
       {credit_code, except.value()},
       [&into](const Row&) { into = true; }});
}

void ReadFilingNumberTaken(const std::string& office, const std::string& number, const OrganizationId& except,
                           bool& into, Reads& reads) {
  // An update may name one of the two: the other is what is stored.
  reads.push_back(
      {"SELECT id FROM organization WHERE filing_office = COALESCE(NULLIF($1, ''), (SELECT filing_office FROM "
       "organization WHERE id = $3)) AND filing_number = COALESCE(NULLIF($2, ''), (SELECT filing_number FROM "
       "organization WHERE id = $3)) AND filing_number <> '' AND state NOT IN ('revoked', 'withdrawn') AND "
       "id <> $3",
       {office, number, except.value()},
       [&into](const Row&) { into = true; }});
}

void ReadTeamCount(const OrganizationId& id, int64_t& into, Reads& reads) {
  reads.push_back({"SELECT COUNT(*) FROM team WHERE organization_id = $1 AND disbanded = $2",
                   {id.value(), int64_t{0}},
                   [&into](const Row& row) { into = row.Int(0); }});
}

void ReadImportFacts(const ImportBatch& batch, ImportFacts& into, Reads& reads) {
  ReadExisting("SELECT id FROM organization WHERE id = $1", batch.organizations, into, reads);
  ReadExisting("SELECT id FROM team WHERE id = $1", batch.teams, into, reads);
  ReadExisting("SELECT id FROM member WHERE id = $1", batch.members, into, reads);
  ReadExisting("SELECT id FROM availability WHERE id = $1", batch.availabilities, into, reads);
  std::set<OrganizationId> organizations;
  std::set<TeamId> teams;
  for (const Team& team : batch.teams) {
    organizations.insert(team.organization_id);
  }
  for (const Member& member : batch.members) {
    organizations.insert(member.organization_id);
    teams.insert(member.team_ids.begin(), member.team_ids.end());
  }
  for (const Availability& availability : batch.availabilities) {
    teams.insert(availability.team_id);
  }
  for (const OrganizationId& id : organizations) {
    reads.push_back({"SELECT id, district_path FROM organization WHERE id = $1", {id.value()}, [&into](const Row& row) {
                       into.organizations.emplace(std::string(row.Text(0)), std::string(row.Text(1)));
                     }});
  }
  for (const TeamId& id : teams) {
    reads.push_back(
        {"SELECT id, organization_id, district_path FROM team WHERE id = $1", {id.value()}, [&into](const Row& row) {
           into.teams.emplace(TeamId(std::string(row.Text(0))),
                              TeamPlace{OrganizationId(std::string(row.Text(1))), std::string(row.Text(2))});
         }});
  }
}

}  // namespace muster::registry
