#include "services/registry/store/readiness_store.h"

#include "muster/base/status_macros.h"
#include "services/registry/store/list_query.h"
#include "services/registry/store/readiness_tables.h"
#include "services/registry/store/scope.h"

namespace muster::registry {
namespace {

using storage::Read;
using storage::Row;

/// The page of a table that has columns organization_id and district_path.
ListQuery QueryOf(const std::string& table, const Principal& principal, const DeclaredFilter& filter,
                  const PageStart& start) {
  ListQuery query(table, start);
  query.OnlyVisible(principal, "organization_id");
  if (!filter.organization_id.empty()) {
    query.Where("organization_id = ?", filter.organization_id.value());
  }
  if (!filter.district_path.empty()) {
    query.InDistrict(filter.district_path);
  }
  return query;
}

template <class T>
absl::StatusOr<Page<T>> ReadPage(storage::Database& database, const storage::Table<T>& table, const ListQuery& query,
                                 int limit) {
  Page<T> page;
  MUSTER_RETURN_IF_ERROR(
      database.Query(Read{query.Select(table.select_list()), query.parameters(), [&](const Row& row) {
                            if (static_cast<int>(page.items.size()) == limit) {
                              page.more = true;
                            } else {
                              page.items.push_back(table.Parse(row));
                            }
                          }}));
  return page;
}

}  // namespace

absl::StatusOr<Page<Readiness>> ListReadiness(storage::Database& database, const Principal& principal,
                                              const DeclaredFilter& filter, Time now, const PageStart& start) {
  ListQuery query = QueryOf("readiness", principal, filter, start);
  query.Where("expire_us > ?", ToMicros(now));
  return ReadPage(database, ReadinessTable(), query, start.limit);
}

absl::StatusOr<Page<Capacity>> ListCapacity(storage::Database& database, const Principal& principal,
                                            const DeclaredFilter& filter, Time now, const PageStart& start) {
  ListQuery query = QueryOf("capacity", principal, filter, start);
  query.Where("expire_us > ?", ToMicros(now));
  query.Where("withdrawn = ?", int64_t{0});
  if (!filter.incident_id.empty()) {
    query.Where("incident_id = ?", filter.incident_id.value());
  }
  return ReadPage(database, CapacityTable(), query, start.limit);
}

absl::StatusOr<Page<Reminder>> ListReminders(storage::Database& database, const Principal& principal,
                                             const DeclaredFilter& filter, const PageStart& start) {
  ListQuery query = QueryOf("reminder", principal, filter, start);
  if (filter.kind) {
    query.Where("kind = ?", std::string(Name(*filter.kind)));
  }
  return ReadPage(database, ReminderTable(), query, start.limit);
}

void ReadSubject(const Principal& principal, const SubjectName& subject, Facts& facts, Reads& reads) {
  if (subject.kind == SubjectKind::kTeam) {
    ReadTeam(principal, TeamId(subject.id), facts.teams, reads);
  } else {
    ReadOrganization(principal, OrganizationId(subject.id), facts.organization, reads);
  }
}

void ReadReadiness(const std::string& subject_id, std::optional<Readiness>& into, Reads& reads) {
  static const std::string kSql = "SELECT " + ReadinessTable().select_list() + " FROM readiness WHERE subject_id = $1";
  reads.push_back({kSql, {subject_id}, [&into](const Row& row) { into = ReadinessTable().Parse(row); }});
}

void ReadCapacity(const Principal& principal, const CapacityId& id, std::optional<Capacity>& into, Reads& reads) {
  static const std::string kSql = "SELECT " + CapacityTable().select_list() + " FROM capacity WHERE id = $1 AND " +
                                  ScopeCondition("organization_id", 2);
  std::vector<storage::Value> parameters{id.value()};
  AppendScope(ScopeOf(principal), parameters);
  reads.push_back({kSql, std::move(parameters), [&into](const Row& row) { into = CapacityTable().Parse(row); }});
}

void ReadOrganizationState(const OrganizationId& id, std::optional<OrganizationState>& into, Reads& reads) {
  reads.push_back({"SELECT state FROM organization WHERE id = $1", {id.value()}, [&into](const Row& row) {
                     into = storage::Codec<OrganizationState>::FromRow(row, 0);
                   }});
}

}  // namespace muster::registry
