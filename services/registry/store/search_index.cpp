#include "services/registry/store/search_index.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/registry/core/earth_point.h"
#include "services/registry/core/search_text.h"
#include "services/registry/store/insert_rows.h"

namespace muster::registry {
namespace {

using storage::Blob;
using storage::Value;
using storage::Write;

/// The statements of a kind of object.
struct SearchTables {
  std::string_view search;         ///< table and columns of its row
  size_t columns;                  ///< of that row
  std::string_view save;           ///< sets the row of one object
  std::string_view bigrams;        ///< table and columns
  std::string_view remove_bigram;  ///< $1 of the object $2
};

constexpr SearchTables kOrganizationRows{
    "organization_search (object_id, text, area, x, y, z)", 6,
    "INSERT INTO organization_search (object_id, text, area, x, y, z) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT "
    "(object_id) DO UPDATE SET text = excluded.text, area = excluded.area, x = excluded.x, y = excluded.y, z = "
    "excluded.z",
    "organization_bigram (bigram, object_id)", "DELETE FROM organization_bigram WHERE bigram = $1 AND object_id = $2"};

constexpr SearchTables kTeamRows{
    "team_search (object_id, text, area, x, y, z, suspended_from_us, suspended_until_us)", 8,
    "INSERT INTO team_search (object_id, text, area, x, y, z, suspended_from_us, suspended_until_us) VALUES ($1, $2, "
    "$3, $4, $5, $6, $7, $8) ON CONFLICT (object_id) DO UPDATE SET text = excluded.text, area = excluded.area, x = "
    "excluded.x, y = excluded.y, z = excluded.z, suspended_from_us = excluded.suspended_from_us, suspended_until_us = "
    "excluded.suspended_until_us",
    "team_bigram (bigram, object_id)", "DELETE FROM team_bigram WHERE bigram = $1 AND object_id = $2"};

constexpr std::string_view kDigests = "member_digest (member_id, digest)";

const SearchTables& TablesOf(const Organization&) { return kOrganizationRows; }
const SearchTables& TablesOf(const Team&) { return kTeamRows; }

void AppendPlace(const std::optional<Location>& location, std::vector<Value>& row) {
  if (!location) {
    row.insert(row.end(), 3, Value());
    return;
  }
  const EarthPoint point = PointOf(location->position);
  row.insert(row.end(), {Value(point.x), Value(point.y), Value(point.z)});
}

std::vector<Value> SearchRowOf(const Organization& organization) {
  std::vector<Value> row{organization.id.value(), SearchFormOf(organization), organization.district_path};
  AppendPlace(organization.location, row);
  return row;
}

std::vector<Value> SearchRowOf(const Team& team) {
  std::vector<Value> row{team.id.value(), SearchFormOf(team), team.district_path};
  AppendPlace(team.current ? team.current : team.base, row);
  row.push_back(team.suspended ? Value(ToMicros(team.suspended->start)) : Value());
  row.push_back(team.suspended ? Value(ToMicros(team.suspended->end)) : Value());
  return row;
}

template <class Object>
void InsertBigrams(const Object& object, std::vector<Write>& writes) {
  std::vector<Value> rows;
  for (std::string& bigram : SearchTermsOf(object)) {
    rows.insert(rows.end(), {Value(std::move(bigram)), Value(object.id.value())});
  }
  InsertRows(TablesOf(object).bigrams, 2, std::move(rows), writes);
}

template <class Object>
void SaveSearchRows(const Object* before, const Object& after, std::vector<Write>& writes) {
  std::vector<Value> row = SearchRowOf(after);
  if (before != nullptr && SearchRowOf(*before) == row) {
    return;
  }
  writes.push_back({TablesOf(after).save, std::move(row), 1, {}});
  if (before != nullptr && SearchFormOf(*before) == SearchFormOf(after)) {
    return;
  }
  if (before != nullptr) {
    for (const std::string& bigram : SearchTermsOf(*before)) {
      writes.push_back({TablesOf(after).remove_bigram, {bigram, after.id.value()}, -1, {}});
    }
  }
  InsertBigrams(after, writes);
}

void AppendDigests(const Member& member, std::vector<Value>& rows) {
  for (const Sealed& digest : member.digests) {
    rows.insert(rows.end(), {Value(member.id.value()), Value(Blob{digest.bytes})});
  }
}

/// Sealing a person again makes their digests, forgetting one ends them; a change of anything else leaves the rows
/// alone.
void SaveDigests(const Member& member, std::vector<Write>& writes) {
  if (member.digests.empty() && !member.erase_time) {
    return;
  }
  writes.push_back({"DELETE FROM member_digest WHERE member_id = $1", {member.id.value()}, -1, {}});
  std::vector<Value> rows;
  AppendDigests(member, rows);
  InsertRows(kDigests, 2, std::move(rows), writes);
}

/// The pairs of all objects go in sorted: neighbours in the table are written together.
template <class Object>
void InsertSearchRows(const std::vector<Object>& objects, const SearchTables& tables, std::vector<Write>& writes) {
  std::vector<Value> search;
  std::vector<std::pair<std::string, std::string_view>> pairs;
  for (const Object& object : objects) {
    for (Value& value : SearchRowOf(object)) {
      search.push_back(std::move(value));
    }
    for (std::string& bigram : SearchTermsOf(object)) {
      pairs.emplace_back(std::move(bigram), object.id.value());
    }
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<Value> bigrams;
  for (auto& [bigram, id] : pairs) {
    bigrams.insert(bigrams.end(), {Value(std::move(bigram)), Value(std::string(id))});
  }
  InsertRows(tables.search, tables.columns, std::move(search), writes);
  InsertRows(tables.bigrams, 2, std::move(bigrams), writes);
}

}  // namespace

void AppendSearchWrites(const RegistryChanges& changes, std::vector<Write>& writes) {
  for (const Changed<Organization>& change : changes.organizations) {
    SaveSearchRows(change.before ? &*change.before : nullptr, change.after, writes);
  }
  for (const Changed<TeamProfile>& change : changes.teams) {
    SaveSearchRows(change.before ? &change.before->team : nullptr, change.after.team, writes);
  }
  for (const Changed<Member>& change : changes.members) {
    SaveDigests(change.after, writes);
  }
}

void AppendSearchWrites(const std::vector<Organization>& organizations, std::vector<Write>& writes) {
  InsertSearchRows(organizations, kOrganizationRows, writes);
}

void AppendSearchWrites(const std::vector<Team>& teams, std::vector<Write>& writes) {
  InsertSearchRows(teams, kTeamRows, writes);
}

void AppendSearchWrites(const std::vector<Member>& members, std::vector<Write>& writes) {
  std::vector<Value> digests;
  for (const Member& member : members) {
    AppendDigests(member, digests);
  }
  InsertRows(kDigests, 2, std::move(digests), writes);
}

}  // namespace muster::registry
