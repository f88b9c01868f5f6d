#include "services/registry/store/search_filler.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "muster/base/status_macros.h"
#include "services/registry/store/kept_text.h"
#include "services/registry/store/search_index.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

using storage::Row;
using storage::Write;

constexpr int64_t kObjectsInStep = 500;

/// The next objects of a table that search rows are made for; none once its row is gone from search_gap.
template <class T>
std::vector<storage::Read> ReadGap(const storage::Table<T>& table, bool& has_gap, std::vector<T>& into) {
  has_gap = false;
  into.clear();
  return {
      {"SELECT after_id FROM search_gap WHERE kind = $1", {table.name()}, [&has_gap](const Row&) { has_gap = true; }},
      {KeptText("SELECT " + table.select_list() + " FROM " + table.name() +
                " WHERE id > (SELECT after_id FROM search_gap WHERE kind = $1) ORDER BY id LIMIT $2"),
       {table.name(), kObjectsInStep},
       [&table, &into](const Row& row) { into.push_back(table.Parse(row)); }}};
}

/// Notes how far it went, or that nothing is left.
template <class T>
Write NoteGap(const storage::Table<T>& table, const std::vector<T>& done) {
  if (static_cast<int64_t>(done.size()) < kObjectsInStep) {
    return {"DELETE FROM search_gap WHERE kind = $1", {table.name()}, 1, {}};
  }
  return {"UPDATE search_gap SET after_id = $2 WHERE kind = $1", {table.name(), done.back().id.value()}, 1, {}};
}

/// Fills in a kind of object, step by step; `prepare` adds to an object what its search rows are made of.
template <class T>
absl::Status Fill(storage::Database& database, const storage::Table<T>& table, const std::function<void(T&)>& prepare) {
  bool has_gap = true;
  std::vector<T> objects;
  const auto reads = [&] { return ReadGap(table, has_gap, objects); };
  const auto decide = [&](Time, storage::Changes& changes) {
    if (has_gap) {
      for (T& object : objects) {
        prepare(object);
      }
      AppendSearchWrites(objects, changes.writes);
      changes.writes.push_back(NoteGap(table, objects));
    }
    return absl::OkStatus();
  };
  while (has_gap) {
    MUSTER_RETURN_IF_ERROR(database.Run(storage::MakeCommand(reads, decide)).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FillSearch(storage::Database& database, const PersonSealer& sealer) {
  bool has_gap = false;
  MUSTER_RETURN_IF_ERROR(
      database.Query(storage::Read{"SELECT kind FROM search_gap", {}, [&has_gap](const Row&) { has_gap = true; }}));
  if (!has_gap) {
    return absl::OkStatus();
  }
  MUSTER_RETURN_IF_ERROR(Fill<Organization>(database, OrganizationTable(), [](Organization&) {}));
  MUSTER_RETURN_IF_ERROR(Fill<Team>(database, TeamTable(), [](Team&) {}));
  return Fill<Member>(database, MemberTable(), [&sealer](Member& member) {
    if (const absl::StatusOr<Person> person = sealer.Open(member); person.ok()) {
      member.digests = sealer.DigestsOf(*person);
    }
  });
}

}  // namespace muster::registry
