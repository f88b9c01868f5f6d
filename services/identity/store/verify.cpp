#include "services/identity/store/verify.h"

#include "muster/base/status_macros.h"
#include "services/identity/store/tables.h"

namespace muster::identity {
namespace {

constexpr size_t kMaxViolations = 1000;

template <class T>
std::string WithLastAudit(const storage::Table<T>& table) {
  const std::string last = " FROM audit WHERE object_id = " + table.name() + ".id ORDER BY row_id DESC LIMIT 1)";
  return "SELECT " + table.select_list() + ", (SELECT after_hash" + last + ", (SELECT object_version" + last +
         " FROM " + table.name();
}

template <class T>
storage::Read CheckTable(const storage::Table<T>& table, const std::string& sql, VerifyResult& result) {
  return {
      sql, {}, [&table, &result](const storage::Row& row) {
        const T object = table.Parse(row);
        ++result.checked_rows;
        const bool same = row.Text(table.size()) == table.Hash(object) && row.Int(table.size() + 1) == object.version;
        if (!same && result.violations.size() < kMaxViolations) {
          result.violations.push_back({"I4", object.id.value(),
                                       "the row in table " + table.name() + " is not what its last audit record says"});
        }
      }};
}

}  // namespace

absl::StatusOr<VerifyResult> VerifyStore(storage::Database& database) {
  static const std::string kAccounts = WithLastAudit(AccountTable());
  static const std::string kKeys = WithLastAudit(ApiKeyTable());
  VerifyResult result;
  const storage::Read reads[] = {CheckTable(AccountTable(), kAccounts, result),
                                 CheckTable(ApiKeyTable(), kKeys, result)};
  MUSTER_RETURN_IF_ERROR(database.Query(reads));
  return result;
}

}  // namespace muster::identity
