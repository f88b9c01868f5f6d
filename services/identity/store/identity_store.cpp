#include "services/identity/store/identity_store.h"

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/identity/core/account_rules.h"
#include "services/identity/store/tables.h"

namespace muster::identity {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

/// Rows of `sql` as a page: the statement is asked for one row more than the page holds.
template <class T>
absl::StatusOr<Page<T>> ReadPage(storage::Database& database, const storage::Table<T>& table, const std::string& sql,
                                 std::vector<Value> parameters, int limit) {
  Page<T> page;
  parameters.emplace_back(int64_t{limit} + 1);
  MUSTER_RETURN_IF_ERROR(database.Query(Read{sql, std::move(parameters), [&](const Row& row) {
                                               if (static_cast<int>(page.items.size()) == limit) {
                                                 page.more = true;
                                               } else {
                                                 page.items.push_back(table.Parse(row));
                                               }
                                             }}));
  return page;
}

absl::StatusOr<std::optional<Account>> ReadAccount(storage::Database& database, const std::string& sql,
                                                   const std::string& key) {
  std::optional<Account> account;
  MUSTER_RETURN_IF_ERROR(
      database.Query(Read{sql, {Value(key)}, [&](const Row& row) { account = AccountTable().Parse(row); }}));
  return account;
}

}  // namespace

absl::StatusOr<std::optional<Account>> IdentityStore::FindAccount(const AccountId& id) {
  static const std::string kSql = "SELECT " + AccountTable().select_list() + " FROM account WHERE id = $1";
  return ReadAccount(database_, kSql, id.value());
}

absl::StatusOr<std::optional<Account>> IdentityStore::FindLogin(const std::string& login) {
  static const std::string kSql = "SELECT " + AccountTable().select_list() + " FROM account WHERE login = $1";
  return ReadAccount(database_, kSql, login);
}

absl::StatusOr<Account> IdentityStore::GetAccount(const Principal& caller, const AccountId& id) {
  MUSTER_ASSIGN_OR_RETURN(std::optional<Account> account, FindAccount(id));
  if (!account.has_value() || !IsVisible(caller, *account)) {
    return Error(Reason::kNotFound);
  }
  return *std::move(account);
}

absl::StatusOr<Page<Account>> IdentityStore::ListAccounts(const Principal& caller, const std::string& after,
                                                          int limit) {
  // The same test as DistrictCovers.
  static const std::string kSql = "SELECT " + AccountTable().select_list() +
                                  " FROM account WHERE id > $1 AND $2 <> '' AND (district_path = $2 OR "
                                  "substr(district_path, 1, length($2) + 1) = $2 || '/') ORDER BY id LIMIT $3";
  return ReadPage(database_, AccountTable(), kSql, {Value(after), Value(caller.district_path)}, limit);
}

absl::StatusOr<Page<ApiKeyRecord>> IdentityStore::ListApiKeys(const Principal& caller, const AccountId& account_id,
                                                              const std::string& after, int limit) {
  static const std::string kSql =
      "SELECT " + ApiKeyTable().select_list() + " FROM api_key WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3";
  MUSTER_RETURN_IF_ERROR(GetAccount(caller, account_id).status());
  return ReadPage(database_, ApiKeyTable(), kSql, {Value(account_id.value()), Value(after)}, limit);
}

absl::StatusOr<std::optional<KeyWithAccount>> IdentityStore::FindKey(const std::string& prefix) {
  static const std::string kSql = "SELECT " + ApiKeyTable().select_list() + " FROM api_key WHERE prefix = $1";
  return FindKeyBy(kSql, prefix);
}

absl::StatusOr<std::optional<KeyWithAccount>> IdentityStore::FindKey(const ApiKeyId& id) {
  static const std::string kSql = "SELECT " + ApiKeyTable().select_list() + " FROM api_key WHERE id = $1";
  return FindKeyBy(kSql, id.value());
}

absl::StatusOr<std::optional<KeyWithAccount>> IdentityStore::FindKeyBy(const std::string& sql,
                                                                       const std::string& value) {
  std::optional<ApiKeyRecord> key;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{sql, {Value(value)}, [&](const Row& row) { key = ApiKeyTable().Parse(row); }}));
  if (!key.has_value()) {
    return std::nullopt;
  }
  MUSTER_ASSIGN_OR_RETURN(std::optional<Account> account, FindAccount(key->account_id));
  if (!account.has_value()) {
    return Error(Reason::kInternalInvariant);
  }
  return KeyWithAccount{*std::move(key), *std::move(account)};
}

}  // namespace muster::identity
