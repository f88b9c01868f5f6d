#include "services/identity/module.h"

#include <memory>

#include "muster/base/status_macros.h"
#include "services/identity/rpc/identity_service.h"
#include "services/identity/store/tables.h"

namespace muster::identity {

absl::Status AddTo(server::Process& process) {
  MUSTER_ASSIGN_OR_RETURN(server::Owner* const owner, process.OpenOwner("identity", Migrations(), {}));
  MUSTER_ASSIGN_OR_RETURN(const security::TokenSigner* const signer, process.SignTokens());
  IdentityService& service = process.Keep(std::make_unique<IdentityService>(
      IdentityService::Dependencies{owner->database(), *signer, process.clock(), process.random(), process.peer(),
                                    process.TokenOf("identity"), process.city_path()}));
  service.Register(process.table());
  service.RegisterOwner(process.router());
  process.AtStart([&] { return service.Start(process.tokens_dir(), process.city_path()); });
  owner->database().OnCommit([&process] { process.AccountsChanged(); });
  return absl::OkStatus();
}

}  // namespace muster::identity
