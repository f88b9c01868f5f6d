#include "services/registry/store/registry_store.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/earth_point.h"
#include "services/registry/store/list_query.h"
#include "services/registry/store/reads.h"
#include "services/registry/store/scope.h"
#include "services/registry/store/search_query.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

using storage::Read;
using storage::Row;

/// More than a city has.
constexpr int kMostOrganizations = 1'000'000;

/// Takes a row into a page; the row beyond it only says that there are more.
template <class T>
std::function<void(const Row&)> IntoPage(const storage::Table<T>& table, int limit, Page<T>& page) {
  return [&table, limit, &page](const Row& row) {
    if (static_cast<int>(page.items.size()) == limit) {
      page.more = true;
      page.next = page.items.back().id.value();
    } else {
      page.items.push_back(table.Parse(row));
    }
  };
}

/// Reads a page of objects with the rows that belong to each: `add` takes each row, of which the joined columns begin
/// at one and are null where nothing belongs to the object.
template <class T>
absl::StatusOr<Page<T>> ReadPage(storage::Database& database, SearchQuery& query, const storage::Table<T>& table,
                                 SearchQuery::Shape shape, int limit,
                                 const std::function<void(const Row& row, int at, T& item)>& add) {
  shape.columns = table.select_list();
  Page<T> page;
  MUSTER_RETURN_IF_ERROR(query.Read(database, shape, [&](const Row& row) {
    if (page.items.empty() || page.items.back().id.value() != row.Text(0)) {
      page.more = page.more || static_cast<int>(page.items.size()) == limit;
      if (!page.more) {
        page.items.push_back(table.Parse(row));
      }
    }
    if (!page.more && add) {
      add(row, table.size(), page.items.back());
    }
  }));
  page.next = page.more ? page.items.back().id.value() : query.looked_until();
  page.more = !page.next.empty();
  return page;
}

void OnlyNear(const std::optional<Neighbourhood>& near, SearchQuery& query) {
  if (near) {
    query.Near(PointOf(near->center), ChordOf(near->radius_m));
  }
}

Availability ParseAvailability(const Row& row) {
  return {AvailabilityId(std::string(row.Text(0))),
          TeamId(std::string(row.Text(1))),
          {FromMicros(row.Int(2)), FromMicros(row.Int(3))},
          FromMicros(row.Int(4))};
}

}  // namespace

absl::StatusOr<Organization> RegistryStore::GetOrganization(const Principal& principal,
                                                            const OrganizationId& id) const {
  std::optional<Organization> organization;
  Reads reads;
  ReadOrganization(principal, id, organization, reads);
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  if (!organization) {
    return Error(Reason::kNotFound);
  }
  return *std::move(organization);
}

absl::StatusOr<TeamProfile> RegistryStore::GetTeam(const Principal& principal, const TeamId& id) const {
  std::vector<TeamProfile> teams;
  Reads reads;
  ReadTeam(principal, id, teams, reads);
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  if (teams.empty()) {
    return Error(Reason::kNotFound);
  }
  return std::move(teams.front());
}

absl::StatusOr<Member> RegistryStore::GetMember(const Principal& principal, const MemberId& id) const {
  std::optional<Member> member;
  Reads reads;
  ReadMember(principal, id, member, reads);
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  if (!member) {
    return Error(Reason::kNotFound);
  }
  return *std::move(member);
}

absl::StatusOr<std::vector<Availability>> RegistryStore::ListAvailability(const Principal& principal,
                                                                          const TeamId& id) const {
  MUSTER_RETURN_IF_ERROR(GetTeam(principal, id).status());
  std::vector<Availability> availabilities;
  MUSTER_RETURN_IF_ERROR(database_.Query(
      Read{"SELECT id, team_id, start_us, end_us, create_us FROM availability WHERE team_id = $1 ORDER BY start_us",
           {id.value()},
           [&](const Row& row) { availabilities.push_back(ParseAvailability(row)); }}));
  return availabilities;
}

absl::StatusOr<Page<Organization>> RegistryStore::ListOrganizations(const Principal& principal,
                                                                    const OrganizationFilter& filter,
                                                                    const PageStart& start) const {
  SearchQuery query("organization", "organization_search", start);
  query.OnlyVisible(principal, "r.id");
  if (!filter.district_path.empty()) {
    query.InDistrict(filter.district_path);
  }
  if (filter.kind) {
    query.Where("r.kind = ?", {std::string(Name(*filter.kind))});
  }
  if (filter.state) {
    query.Where("r.state = ?", {std::string(Name(*filter.state))});
  }
  if (!filter.text.empty()) {
    query.WithText(filter.text, "organization_bigram");
  }
  if (filter.capability) {
    query.Where(
        "EXISTS (SELECT 1 FROM team t CROSS JOIN team_capability c WHERE t.organization_id = r.id AND t.disbanded = 0 "
        "AND c.team_id = t.id AND c.capability = ? AND c.level <= ?)",
        {filter.capability->code, int64_t{filter.capability->lowest_level}});
  }
  OnlyNear(filter.near, query);
  return ReadPage<Organization>(database_, query, OrganizationTable(), {}, start.limit, nullptr);
}

absl::StatusOr<Page<Team>> RegistryStore::ListTeams(const Principal& principal, const TeamFilter& filter,
                                                    const PageStart& start) const {
  SearchQuery query("team", "team_search", start);
  query.OnlyVisible(principal, "r.organization_id");
  if (!filter.organization_id.empty()) {
    query.WhereIndexed("r.organization_id = ?", {filter.organization_id.value()});
  }
  if (!filter.district_path.empty()) {
    query.InDistrict(filter.district_path);
  }
  if (filter.capability) {
    query.Among("team_capability", "d.team_id", "d.capability = ? AND d.level <= ?",
                {filter.capability->code, int64_t{filter.capability->lowest_level}});
  }
  if (!filter.text.empty()) {
    query.WithText(filter.text, "team_bigram");
  }
  if (filter.organization_kind) {
    query.Where("EXISTS (SELECT 1 FROM organization o WHERE o.id = r.organization_id AND o.kind = ?)",
                {std::string(Name(*filter.organization_kind))});
  }
  if (filter.usable_at) {
    const storage::Value now = ToMicros(*filter.usable_at);
    query.WhereSearched(
        "r.disbanded = 0 AND (s.suspended_from_us IS NULL OR s.suspended_from_us > ? OR s.suspended_until_us <= ?) AND "
        "EXISTS (SELECT 1 FROM organization o WHERE o.id = r.organization_id AND o.state = 'approved' AND "
        "(o.blacklisted_until_us IS NULL OR o.blacklisted_until_us <= ?))",
        {now, now, now});
  }
  if (filter.works_remotely) {
    query.Where("r.works_remotely = 1", {});
  }
  OnlyNear(filter.near, query);
  return ReadPage<Team>(
      database_, query, TeamTable(),
      {"", "c.capability, c.level, c.valid_from_us, c.valid_until_us, q.location",
       "LEFT JOIN team_capability c ON c.team_id = p.id LEFT JOIN team_position q ON q.team_id = p.id", "c.place"},
      start.limit, [](const Row& row, int at, Team& team) {
        constexpr int kLocation = 4;
        if (!row.IsNull(at)) {
          team.capabilities.push_back(ParseCapability(row, at));
        }
        if (!row.IsNull(at + kLocation)) {
          team.reported = LocationFromText(row.Text(at + kLocation));
        }
      });
}

absl::StatusOr<Page<Member>> RegistryStore::ListMembers(const Principal& principal, const MemberFilter& filter,
                                                        const PageStart& start) const {
  SearchQuery query("member", "", start);
  if (filter.team_id.empty()) {
    query.OnlyVisible(principal, "r.organization_id");
  } else {
    query.OnlyWhere(MemberScope(principal), MemberCondition);
  }
  if (!filter.organization_id.empty()) {
    query.WhereIndexed("r.organization_id = ?", {filter.organization_id.value()});
  }
  if (!filter.team_id.empty()) {
    query.Among("member_team", "d.member_id", "d.team_id = ?", {filter.team_id.value()});
  }
  if (filter.phone_index) {
    query.WhereIndexed("r.phone_index = ?", {storage::Blob{filter.phone_index->bytes}});
  }
  for (const std::optional<Sealed>& digest : {filter.name_digest, filter.id_number_digest}) {
    if (digest) {
      query.Among("member_digest", "d.member_id", "d.digest = ?", {storage::Blob{digest->bytes}});
    }
  }
  return ReadPage<Member>(database_, query, MemberTable(),
                          {"", "t.team_id", "LEFT JOIN member_team t ON t.member_id = p.id", "t.team_id"}, start.limit,
                          [](const Row& row, int at, Member& member) {
                            if (!row.IsNull(at)) {
                              member.team_ids.emplace_back(std::string(row.Text(at)));
                            }
                          });
}

absl::StatusOr<OrganizationChange> RegistryStore::GetChange(const Principal& principal,
                                                            const OrganizationChangeId& id) const {
  std::optional<OrganizationChange> change;
  Reads reads;
  ReadChange(principal, id, change, reads);
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  if (!change) {
    return Error(Reason::kNotFound);
  }
  return *std::move(change);
}

absl::StatusOr<Page<OrganizationChange>> RegistryStore::ListChanges(const Principal& principal,
                                                                    const ChangeFilter& filter,
                                                                    const PageStart& start) const {
  ListQuery query(VisibleChanges(), start);
  query.OnlyVisible(principal, "organization_id");
  if (!filter.organization_id.empty()) {
    query.Where("organization_id = ?", filter.organization_id.value());
  }
  if (filter.state) {
    query.Where("state = ?", std::string(Name(*filter.state)));
  }
  Page<OrganizationChange> page;
  MUSTER_RETURN_IF_ERROR(database_.Query(Read{query.Select(OrganizationChangeTable().select_list()), query.parameters(),
                                              IntoPage(OrganizationChangeTable(), start.limit, page)}));
  return page;
}

absl::StatusOr<std::vector<Member>> RegistryStore::MembersOf(const Principal& principal, const OrganizationId& id,
                                                             int64_t limit) const {
  MUSTER_RETURN_IF_ERROR(GetOrganization(principal, id).status());
  std::vector<Member> members;
  Reads reads;
  ReadMembersOf(id, limit, members, reads);
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  return members;
}

absl::StatusOr<std::vector<DuplicatePair>> RegistryStore::FindDuplicatesIn(const Principal& principal,
                                                                           const std::string& district_path) const {
  ListQuery query("organization", {"", kMostOrganizations});
  query.OnlyVisible(principal, "id");
  query.Where("state <> ?", std::string(Name(OrganizationState::kRevoked)));
  query.Where("state <> ?", std::string(Name(OrganizationState::kWithdrawn)));
  if (!district_path.empty()) {
    query.InDistrict(district_path);
  }
  std::vector<DuplicateKeys> organizations;
  std::set<std::pair<std::string, std::string>> dismissed;
  const Reads reads{{query.Select("id, name, credit_code, contact_index"), query.parameters(),
                     [&organizations](const Row& row) {
                       organizations.push_back({OrganizationId(std::string(row.Text(0))), std::string(row.Text(1)),
                                                std::string(row.Text(2)), std::string(row.Text(3))});
                     }},
                    {"SELECT first_id, second_id FROM duplicate_dismissal", {}, [&dismissed](const Row& row) {
                       dismissed.emplace(row.Text(0), row.Text(1));
                     }}};
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  std::vector<DuplicatePair> pairs = FindDuplicates(organizations);
  std::erase_if(pairs, [&dismissed](const DuplicatePair& pair) {
    return dismissed.contains({pair.first.value(), pair.second.value()});
  });
  return pairs;
}

absl::StatusOr<TeamSnapshot> RegistryStore::SnapshotTeams(const Principal& principal) const {
  return ReadTeamSnapshot(database_, principal);
}

}  // namespace muster::registry
