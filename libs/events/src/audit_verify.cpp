#include <utility>

#include "audit_row.h"
#include "muster/base/status_macros.h"
#include "muster/events/audit.h"

namespace muster::events {
namespace {

constexpr int64_t kPage = 10'000;

/// Walks the chain page by page, so that no snapshot is held for long.
class Verifier {
 public:
  explicit Verifier(storage::Database& database) : database_(database) {}

  absl::StatusOr<AuditProof> Run() {
    do {
      rows_in_page_ = 0;
      MUSTER_RETURN_IF_ERROR(database_.Query(storage::Read{
          "SELECT " MUSTER_AUDIT_COLUMNS
          ", l.seq, l.row_id, l.stamp_us, l.hash FROM audit_link l LEFT JOIN audit a ON a.row_id = l.row_id "
          "WHERE l.seq > $1 ORDER BY l.seq LIMIT $2",
          {seq_, kPage},
          [this](const storage::Row& row) { Check(row); }}));
    } while (proof_.intact && rows_in_page_ == kPage);
    MUSTER_RETURN_IF_ERROR(CountRows());
    proof_.head_hash = hash_;
    return std::move(proof_);
  }

 private:
  void Check(const storage::Row& row) {
    ++rows_in_page_;
    if (!proof_.intact) {
      return;
    }
    const int64_t seq = row.Int(kAuditColumns);
    const int64_t stamp = row.Int(kAuditColumns + 2);
    const std::string_view hash = row.Text(kAuditColumns + 3);
    if (seq != seq_ + 1) {
      return Fail(seq_ + 1, "a link of the chain is missing");
    }
    if (row.IsNull(0)) {
      return Fail(seq, "the row that the link points to is missing");
    }
    if (row.Int(0) <= row_id_ || stamp <= stamp_us_) {
      return Fail(seq, "the order of the rows or their times was changed");
    }
    if (hasher_.Next(hash_, seq, stamp, row) != hash) {
      return Fail(seq, "the row or its predecessor was changed");
    }
    seq_ = seq;
    row_id_ = row.Int(0);
    stamp_us_ = stamp;
    hash_ = hash;
    ++proof_.checked;
  }

  /// Rows before the head that no link points to were slipped in.
  absl::Status CountRows() {
    int64_t up_to_head = 0;
    const std::vector<storage::Read> reads{
        {"SELECT count(*) FROM audit WHERE row_id <= $1",
         {row_id_},
         [&](const storage::Row& row) { up_to_head = row.Int(0); }},
        {"SELECT count(*) FROM audit WHERE row_id > coalesce((SELECT max(row_id) FROM audit_link), 0)",
         {},
         [&](const storage::Row& row) { proof_.unlinked = row.Int(0); }}};
    MUSTER_RETURN_IF_ERROR(database_.Query(reads));
    if (proof_.intact && up_to_head != proof_.checked) {
      Fail(seq_, "rows without a link were slipped in");
    }
    return absl::OkStatus();
  }

  void Fail(int64_t seq, std::string problem) {
    proof_.intact = false;
    proof_.first_bad_seq = seq;
    proof_.problem = std::move(problem);
  }

  storage::Database& database_;
  ChainHasher hasher_;
  AuditProof proof_;
  int64_t rows_in_page_ = 0;
  int64_t seq_ = 0;
  int64_t row_id_ = 0;
  int64_t stamp_us_ = 0;
  std::string hash_;
};

}  // namespace

absl::StatusOr<AuditProof> VerifyAudit(storage::Database& database) { return Verifier(database).Run(); }

}  // namespace muster::events
