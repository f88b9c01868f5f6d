#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/identity/core/account.h"

namespace muster::identity {

/// What an account may hold.
inline constexpr size_t kMaxRoles = 8;
inline constexpr size_t kMaxIncidentGrants = 32;  // an access token has room for these
inline constexpr size_t kMaxKeysOfAccount = 100;

/// Checks what the maker of an account wrote: login of 2 to 64 of a-z 0-9 . _ -, roles that may stand together, a
/// district path, an organization exactly where the roles need one, grants that lie ahead. INVALID_FIELD or
/// OUT_OF_RANGE with the field's path.
///
/// A system administrator, a security administrator and an auditor are three separate people (GB/T 22239-2019, level 3,
/// 8.1.4.2: separation of administrative powers), so each of these roles stands alone.
absl::Status CheckAccount(const Account& account, Time now);

/// Where lies what an account would reach beyond its district: the district paths of its organization and of the
/// incidents of its grants, in their order. Empty: there is none, or nothing was asked for.
struct Reach {
  std::string organization_district;
  std::vector<std::string> incident_districts;
};

/// The account as it is made. FORBIDDEN when its district lies outside the caller's; NOT_FOUND when its organization or
/// a granted incident does, as when there is none; DUPLICATE when the login is taken; else as CheckAccount.
absl::StatusOr<Account> CreateAccount(const Principal& caller, Account wanted, const Reach& reach, bool login_taken,
                                      Time now);

/// The account, shut out. NOT_FOUND when it does not exist or lies outside the caller's district; FORBIDDEN for the
/// caller's own; VERSION_CONFLICT; ILLEGAL_TRANSITION when it is disabled already.
absl::StatusOr<Account> DisableAccount(const Principal& caller, const std::optional<Account>& found,
                                       int64_t expected_version, Time now);

/// The key as it is stored. `owner` is the account it is for and `keys_of_owner` how many it has that still work.
/// NOT_FOUND as above; EXPIRED for a disabled account; OUT_OF_RANGE beyond kMaxKeysOfAccount.
absl::StatusOr<ApiKeyRecord> CreateApiKey(const Principal& caller, const std::optional<Account>& owner,
                                          int64_t keys_of_owner, ApiKeyRecord wanted, Time now);

/// The key, revoked. NOT_FOUND when it does not exist or its account lies outside the caller's district;
/// VERSION_CONFLICT; ILLEGAL_TRANSITION when it is revoked already.
absl::StatusOr<ApiKeyRecord> RevokeApiKey(const Principal& caller, const std::optional<ApiKeyRecord>& found,
                                          const std::optional<Account>& owner, int64_t expected_version, Time now);

/// True when the caller may see the account.
bool IsVisible(const Principal& caller, const Account& account);

}  // namespace muster::identity
