#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/identity/v1/identity.pb.h"
#include "services/cli/connect/session.h"

namespace muster::cli {

/// Every account, by reading all pages.
absl::StatusOr<std::vector<identity::v1::Account>> ListEveryAccount(Session& admin);

/// The account with this id or login. Errors: kNotFound.
absl::StatusOr<identity::v1::Account> FindAccount(Session& admin, const std::string& id_or_login);

/// Makes an account.
absl::StatusOr<identity::v1::Account> CreateAccount(Session& admin, const identity::v1::Account& account);

/// Makes a key for an account and returns its secret, which is shown this once only.
absl::StatusOr<identity::v1::CreateApiKeyResponse> CreateKey(Session& admin, const std::string& account_id,
                                                             const std::string& label);

}  // namespace muster::cli
