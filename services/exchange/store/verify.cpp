#include "services/exchange/store/verify.h"

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/security/hmac.h"
#include "services/exchange/store/tables.h"

namespace muster::exchange {
namespace {

using storage::Read;
using storage::Row;

class Checker {
 public:
  Read Rows() {
    static const std::string kLast = " FROM audit WHERE object_id = document.id ORDER BY row_id DESC LIMIT 1)";
    static const std::string kSql = "SELECT " + DocumentTable().select_list() + ", (SELECT after_hash" + kLast +
                                    ", (SELECT object_version" + kLast + " FROM document";
    return {kSql, {}, [this](const Row& row) {
              const DocumentRecord document = DocumentTable().Parse(row);
              const int next = DocumentTable().size();
              ++result_.checked_rows;
              Check(row.Text(next) == DocumentTable().Hash(document) && row.Int(next + 1) == document.version, "I4",
                    document.id.value(), "the row in table document is not what its last audit record says");
              const bool named = !document.incident_id.empty();
              const bool applied = document.state == DocumentState::kDone && document.outcome == Outcome::kApplied;
              Check(!applied || named, "I10", document.id.value(), "it was applied and names no incident");
            }};
  }

  Read Contents() {
    return {
        "SELECT document.id, document.duplicate_of, document.sha256, document_content.content FROM document LEFT "
        "JOIN document_content ON document_content.document_id = document.id",
        {},
        [this](const Row& row) {
          const bool has_own = !row.IsNull(3);
          const bool good =
              has_own ? ToHex(security::Sha256(std::string(row.Text(3)))) == row.Text(2) : !row.Text(1).empty();
          Check(good, "I1", std::string(row.Text(0)), "its bytes are missing or changed");
        }};
  }

  VerifyResult Take() && { return std::move(result_); }

 private:
  void Check(bool good, const char* invariant, std::string id, const char* problem) {
    constexpr size_t kMaxViolations = 1000;
    if (!good && result_.violations.size() < kMaxViolations) {
      result_.violations.push_back({invariant, std::move(id), problem});
    }
  }

  VerifyResult result_;
};

}  // namespace

absl::StatusOr<VerifyResult> VerifyStore(storage::Database& database) {
  Checker checker;
  const Read reads[] = {checker.Rows(), checker.Contents()};
  MUSTER_RETURN_IF_ERROR(database.Query(reads));
  return std::move(checker).Take();
}

}  // namespace muster::exchange
