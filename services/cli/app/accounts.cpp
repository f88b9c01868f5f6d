#include "services/cli/app/accounts.h"

#include <limits>

#include "muster/base/id.h"
#include "services/cli/app/exit_code.h"
#include "services/cli/app/paging.h"

namespace muster::cli {

using identity::v1::Account;
using identity::v1::CreateApiKeyResponse;
using identity::v1::ListAccountsResponse;

absl::StatusOr<std::vector<Account>> ListEveryAccount(Session& admin) {
  MUSTER_ASSIGN_OR_RETURN(
      const auto reply,
      CollectPages<ListAccountsResponse>(admin, identity::v1::ListAccountsRequest(), std::numeric_limits<int>::max()));
  return std::vector<Account>(reply.accounts().begin(), reply.accounts().end());
}

absl::StatusOr<Account> FindAccount(Session& admin, const std::string& id_or_login) {
  if (IsUuid(id_or_login)) {
    identity::v1::GetAccountRequest request;
    request.set_id(id_or_login);
    return admin.Call<Account>(request);
  }
  MUSTER_ASSIGN_OR_RETURN(const auto accounts, ListEveryAccount(admin));
  for (const Account& account : accounts) {
    if (account.login() == id_or_login) {
      return account;
    }
  }
  return LocalError(ExitCode::kNotFound, {"没有名为 " + id_or_login + " 的账号。muster account list 列出全部。",
                                          "There is no account " + id_or_login + ". muster account list shows them."});
}

absl::StatusOr<Account> CreateAccount(Session& admin, const Account& account) {
  identity::v1::CreateAccountRequest request;
  request.set_request_id(admin.NewRequestId());
  *request.mutable_account() = account;
  return admin.Call<Account>(request);
}

absl::StatusOr<CreateApiKeyResponse> CreateKey(Session& admin, const std::string& account_id,
                                               const std::string& label) {
  identity::v1::CreateApiKeyRequest request;
  request.set_request_id(admin.NewRequestId());
  request.set_account_id(account_id);
  request.set_label(label);
  return admin.Call<CreateApiKeyResponse>(request);
}

}  // namespace muster::cli
