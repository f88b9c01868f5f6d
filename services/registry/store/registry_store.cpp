#include "services/registry/store/registry_store.h"

#include <algorithm>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/store/codecs.h"
#include "services/registry/store/list_query.h"
#include "services/registry/store/reads.h"
#include "services/registry/store/scope.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

using storage::Read;
using storage::Row;

/// Takes a row into a page; the row beyond it only says that there are more.
template <class T>
std::function<void(const Row&)> IntoPage(const storage::Table<T>& table, int limit, Page<T>& page) {
  return [&table, limit, &page](const Row& row) {
    if (static_cast<int>(page.items.size()) == limit) {
      page.more = true;
    } else {
      page.items.push_back(table.Parse(row));
    }
  };
}

/// The item of an id in a list that is in order of id; null for the row beyond the page.
template <class T>
T* FindById(std::vector<T>& items, std::string_view id) {
  const auto found = std::lower_bound(items.begin(), items.end(), id,
                                      [](const T& item, std::string_view key) { return item.id.value() < key; });
  return found != items.end() && found->id.value() == id ? &*found : nullptr;
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
  ListQuery query("organization", start);
  query.OnlyVisible(principal, "id");
  if (!filter.district_path.empty()) {
    query.InDistrict(filter.district_path);
  }
  if (filter.kind) {
    query.Where("kind = ?", std::string(Name(*filter.kind)));
  }
  if (filter.state) {
    query.Where("state = ?", std::string(Name(*filter.state)));
  }
  Page<Organization> page;
  MUSTER_RETURN_IF_ERROR(database_.Query(Read{query.Select(OrganizationTable().select_list()), query.parameters(),
                                              IntoPage(OrganizationTable(), start.limit, page)}));
  return page;
}

absl::StatusOr<Page<Team>> RegistryStore::ListTeams(const Principal& principal, const TeamFilter& filter,
                                                    const PageStart& start) const {
  ListQuery query("team", start);
  query.OnlyVisible(principal, "organization_id");
  if (!filter.organization_id.empty()) {
    query.Where("organization_id = ?", filter.organization_id.value());
  }
  if (!filter.district_path.empty()) {
    query.InDistrict(filter.district_path);
  }
  if (!filter.capability.empty()) {
    query.Where("id IN (SELECT team_id FROM team_capability WHERE capability = ?)", filter.capability);
  }
  Page<Team> page;
  const auto add_capability = [&page](const Row& row) {
    if (Team* team = FindById(page.items, row.Text(0))) {
      team->capabilities.push_back(ParseCapability(row, 1));
    }
  };
  const Reads reads{
      {query.Select(TeamTable().select_list()), query.parameters(), IntoPage(TeamTable(), start.limit, page)},
      {query.Around(
           "SELECT team_id, capability, level, valid_from_us, valid_until_us FROM team_capability WHERE team_id "
           "IN",
           "ORDER BY team_id, place"),
       query.parameters(), add_capability}};
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  return page;
}

absl::StatusOr<Page<Member>> RegistryStore::ListMembers(const Principal& principal, const MemberFilter& filter,
                                                        const PageStart& start) const {
  ListQuery query("member", start);
  if (filter.team_id.empty()) {
    query.OnlyVisible(principal, "organization_id");
  } else {
    query.OnlyWhere(MemberScope(principal), MemberCondition);
  }
  if (!filter.organization_id.empty()) {
    query.Where("organization_id = ?", filter.organization_id.value());
  }
  if (!filter.team_id.empty()) {
    query.Where("id IN (SELECT member_id FROM member_team WHERE team_id = ?)", filter.team_id.value());
  }
  if (filter.phone_index) {
    query.Where("phone_index = ?", storage::Blob{filter.phone_index->bytes});
  }
  Page<Member> page;
  const auto add_team = [&page](const Row& row) {
    if (Member* member = FindById(page.items, row.Text(0))) {
      member->team_ids.emplace_back(std::string(row.Text(1)));
    }
  };
  const Reads reads{
      {query.Select(MemberTable().select_list()), query.parameters(), IntoPage(MemberTable(), start.limit, page)},
      {query.Around("SELECT member_id, team_id FROM member_team WHERE member_id IN", "ORDER BY member_id, team_id"),
       query.parameters(), add_team}};
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  return page;
}

absl::StatusOr<TeamSnapshot> RegistryStore::SnapshotTeams(const Principal& principal) const {
  return ReadTeamSnapshot(database_, principal);
}

}  // namespace muster::registry
