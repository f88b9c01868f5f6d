#include "services/exchange/store/verify.h"

#include <string>

#include "muster/base/text.h"
#include "muster/security/hmac.h"
#include "services/exchange/store/tables.h"

namespace muster::exchange {
namespace {

using storage::Row;

constexpr events::Problem kBadContent{"原文缺失或被改动", "its bytes are missing or changed"};

constexpr events::Forbidden kAppliedWithoutIncident{
    "I10",
    "SELECT id FROM document WHERE state = 'done' AND outcome = 'applied' AND incident_id = ''",
    {"已处理，却没有指明事件", "it was applied and names no incident"}};

/// A document is received and then, at most once, done.
bool IsLegalMove(std::string_view from, std::string_view to) {
  return from == Name(DocumentState::kReceived) && to == Name(DocumentState::kDone);
}

void CheckContents(events::StoreVerifier& verifier) {
  verifier.AddRead(
      "SELECT document.id, document.duplicate_of, document.sha256, document_content.content FROM document LEFT JOIN "
      "document_content ON document_content.document_id = document.id",
      [&verifier](const Row& row) {
        const bool has_own = !row.IsNull(3);
        const bool good =
            has_own ? ToHex(security::Sha256(std::string(row.Text(3)))) == row.Text(2) : !row.Text(1).empty();
        if (!good) {
          verifier.Report("I1", std::string(row.Text(0)), kBadContent);
        }
      });
}

}  // namespace

absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database) {
  events::StoreVerifier verifier;
  verifier.Audited(DocumentTable(), IsLegalMove);
  verifier.Forbid(kAppliedWithoutIncident);
  CheckContents(verifier);
  return verifier.Run(database);
}

}  // namespace muster::exchange
