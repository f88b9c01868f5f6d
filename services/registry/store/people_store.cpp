#include "services/registry/store/people_store.h"

#include <string>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/store/codecs.h"
#include "services/registry/store/list_query.h"
#include "services/registry/store/people_reads.h"
#include "services/registry/store/people_tables.h"
#include "services/registry/store/scope.h"

namespace muster::registry {
namespace {

void WhereId(ListQuery& query, std::string_view condition, const std::string& id) {
  if (!id.empty()) {
    query.Where(condition, id);
  }
}

template <class State>
void WhereState(ListQuery& query, const std::optional<State>& state) {
  if (state) {
    query.Where("state = ?", std::string(Name(*state)));
  }
}

template <class T>
absl::StatusOr<Page<T>> Run(storage::Database& database, const storage::Table<T>& table, const ListQuery& query,
                            int limit) {
  Page<T> page;
  MUSTER_RETURN_IF_ERROR(
      database.Query(storage::Read{query.Select(table.select_list()), query.parameters(), [&](const storage::Row& row) {
                                     // The row beyond the page only says that there are more.
                                     page.more = static_cast<int>(page.items.size()) == limit;
                                     if (!page.more) {
                                       page.items.push_back(table.Parse(row));
                                     }
                                   }}));
  return page;
}

}  // namespace

absl::StatusOr<Recruitment> PeopleStore::GetRecruitment(const Principal& principal, const RecruitmentId& id) const {
  std::optional<Recruitment> recruitment;
  Reads reads;
  ReadRecruitment(principal, id, recruitment, reads);
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  if (!recruitment) {
    return Error(Reason::kNotFound);
  }
  return *std::move(recruitment);
}

absl::StatusOr<Page<Certificate>> PeopleStore::List(const Principal& principal, const CertificateFilter& filter,
                                                    const PageStart& start) const {
  ListQuery query("certificate", start);
  query.OnlyWhere(PersonalScope(principal), CertificateCondition);
  WhereId(query, "member_id = ?", filter.member_id.value());
  WhereId(query, "team_id = ?", filter.team_id.value());
  WhereState(query, filter.state);
  return Run(database_, CertificateTable(), query, start.limit);
}

absl::StatusOr<Page<Membership>> PeopleStore::List(const Principal& principal, const MembershipFilter& filter,
                                                   const PageStart& start) const {
  ListQuery query("membership", start);
  query.OnlyWhere(PersonalScope(principal), [](int first) { return AgreementCondition("membership", first); });
  WhereId(query, "team_id = ?", filter.team_id.value());
  WhereId(query, "member_id = ?", filter.member_id.value());
  WhereState(query, filter.state);
  return Run(database_, MembershipTable(), query, start.limit);
}

absl::StatusOr<Page<Recruitment>> PeopleStore::List(const Principal& principal, const RecruitmentFilter& filter,
                                                    const PageStart& start) const {
  ListQuery query("recruitment", start);
  std::vector<storage::Value> scope = PersonalScope(principal);
  scope.pop_back();  // the account: drives belong to nobody
  query.OnlyWhere(std::move(scope), RecruitmentCondition);
  if (!filter.district_path.empty()) {
    query.InDistrict(filter.district_path);
  }
  WhereId(query, "organization_id = ?", filter.organization_id.value());
  WhereState(query, filter.state);
  return Run(database_, RecruitmentTable(), query, start.limit);
}

absl::StatusOr<Page<Application>> PeopleStore::List(const Principal& principal, const ApplicationFilter& filter,
                                                    const PageStart& start) const {
  ListQuery query("application", start);
  query.OnlyWhere(PersonalScope(principal), [](int first) { return AgreementCondition("application", first); });
  WhereId(query, "recruitment_id = ?", filter.recruitment_id.value());
  WhereId(query, "member_id = ?", filter.member_id.value());
  WhereState(query, filter.state);
  return Run(database_, ApplicationTable(), query, start.limit);
}

}  // namespace muster::registry
