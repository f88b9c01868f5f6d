#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/storage/database.h"
#include "services/identity/core/account.h"
#include "services/identity/store/identity_command.h"

namespace muster::identity {

/// An account that an installation starts with. Its login is the name of its token file.
struct StartAccount {
  std::string login;
  std::vector<Role> roles;
  std::string district_path;
  OrganizationId organization_id;
};

/// The accounts of a new installation: operator, officer, auditor, and admin (security administrator), over the whole
/// of `city_path`. There is no shared or default secret: each gets a random key of its own.
std::vector<StartAccount> StartAccounts(const std::string& city_path);

/// Sees to it that accounts exist and that their key files work.
class Bootstrap {
 public:
  /// Everything must outlive it. Blocks on the database.
  Bootstrap(storage::Database& database, const Encoding& encoding, const Clock& clock, Random& random)
      : database_(database), encoding_(encoding), clock_(clock), random_(random) {}

  /// Makes the account where its login is unknown, and a new key where `directory`/<login> does not hold a working
  /// one of it; the file's earlier keys are revoked with that. The file holds the key and a newline, mode 0600,
  /// directory 0700. Nothing changes when all is in place. A disabled account gets no key. Errors: those of the store;
  /// FAILED_PRECONDITION with the path of a file that cannot be written.
  absl::Status Ensure(const StartAccount& account, const std::filesystem::path& directory);

 private:
  absl::StatusOr<Account> EnsureAccount(const StartAccount& wanted);
  absl::StatusOr<bool> HoldsWorkingKey(const std::filesystem::path& file, const Account& account);
  absl::Status WriteNewKey(const std::filesystem::path& file, const Account& account);
  Origin System(const Account& account) const;

  storage::Database& database_;
  const Encoding& encoding_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace muster::identity
