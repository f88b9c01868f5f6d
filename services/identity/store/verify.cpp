#include "services/identity/store/verify.h"

#include "services/identity/store/tables.h"

namespace muster::identity {

absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database) {
  events::StoreVerifier verifier;
  verifier.Audited(AccountTable());
  verifier.Audited(ApiKeyTable());
  return verifier.Run(database);
}

}  // namespace muster::identity
