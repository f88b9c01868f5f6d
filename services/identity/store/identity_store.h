#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/identity/core/account.h"

namespace muster::identity {

/// An API key with the account that it belongs to.
struct KeyWithAccount {
  ApiKeyRecord key;
  Account account;
};

template <class T>
struct Page {
  std::vector<T> items;  ///< in order of id
  bool more = false;     ///< there are items after the last
};

/// Reads accounts and keys. Where a principal is given, only accounts of its district are seen; what is not seen is
/// NOT_FOUND. Blocks on the database. Thread-safe.
class IdentityStore {
 public:
  /// The database must outlive it.
  explicit IdentityStore(storage::Database& database) : database_(database) {}

  absl::StatusOr<Account> GetAccount(const Principal& caller, const AccountId& id);
  /// Accounts with an id after `after`, at most `limit`.
  absl::StatusOr<Page<Account>> ListAccounts(const Principal& caller, const std::string& after, int limit);
  absl::StatusOr<Page<ApiKeyRecord>> ListApiKeys(const Principal& caller, const AccountId& account_id,
                                                 const std::string& after, int limit);

  /// For authentication, so without a caller. None when there is no such key.
  absl::StatusOr<std::optional<KeyWithAccount>> FindKey(const std::string& prefix);
  absl::StatusOr<std::optional<KeyWithAccount>> FindKey(const ApiKeyId& id);
  /// The caller's own account, or one that starting up makes. None when there is no such account.
  absl::StatusOr<std::optional<Account>> FindAccount(const AccountId& id);
  absl::StatusOr<std::optional<Account>> FindLogin(const std::string& login);

 private:
  absl::StatusOr<std::optional<KeyWithAccount>> FindKeyBy(const std::string& sql, const std::string& value);

  storage::Database& database_;
};

}  // namespace muster::identity
