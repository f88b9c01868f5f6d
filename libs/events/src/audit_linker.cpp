#include <algorithm>
#include <utility>

#include "audit_row.h"
#include "muster/base/status_macros.h"
#include "muster/events/audit.h"

namespace muster::events {
namespace {

constexpr int kBatch = 256;

struct Link {
  int64_t seq;
  int64_t row_id;
  int64_t stamp_us;
  std::string hash;
};

storage::Write LinkWrite(const Link& link) {
  return storage::Write{"INSERT INTO audit_link (seq, row_id, stamp_us, hash) VALUES ($1, $2, $3, $4)",
                        {link.seq, link.row_id, link.stamp_us, storage::Blob{link.hash}},
                        1,
                        {}};
}

}  // namespace

absl::Status AuditLinker::LoadHead() {
  head_seq_ = head_row_ = head_stamp_us_ = 0;
  head_hash_.clear();
  MUSTER_RETURN_IF_ERROR(
      database_.Query(storage::Read{"SELECT seq, row_id, stamp_us, hash FROM audit_link ORDER BY seq DESC LIMIT 1",
                                    {},
                                    [this](const storage::Row& row) {
                                      head_seq_ = row.Int(0);
                                      head_row_ = row.Int(1);
                                      head_stamp_us_ = row.Int(2);
                                      head_hash_ = row.Text(3);
                                    }}));
  loaded_ = true;
  return absl::OkStatus();
}

absl::StatusOr<int> AuditLinker::Step(Time now) {
  if (!loaded_) {
    MUSTER_RETURN_IF_ERROR(LoadHead());
  }
  // Committed rows never change, so they are hashed here and not on the thread that writes.
  std::vector<Link> links;
  Link head{head_seq_, head_row_, head_stamp_us_, head_hash_};
  ChainHasher hasher;
  MUSTER_RETURN_IF_ERROR(database_.Query(
      storage::Read{"SELECT " MUSTER_AUDIT_COLUMNS " FROM audit a WHERE a.row_id > $1 ORDER BY a.row_id LIMIT $2",
                    {head_row_, int64_t{kBatch}},
                    [&](const storage::Row& row) {
                      const int64_t stamp = std::max(head.stamp_us + 1, std::min(row.Int(2), ToMicros(now)));
                      head = {head.seq + 1, row.Int(0), stamp, hasher.Next(head.hash, head.seq + 1, stamp, row)};
                      links.push_back(head);
                    }}));
  if (links.empty()) {
    return 0;
  }
  const int count = static_cast<int>(links.size());
  const auto written = database_.Run(storage::MakeCommand(nullptr, [&links](Time, storage::Changes& changes) {
    for (const Link& link : links) {
      changes.writes.push_back(LinkWrite(link));
    }
    return absl::OkStatus();
  }));
  if (!written.ok()) {
    loaded_ = false;
    return written.status();
  }
  head_seq_ = head.seq;
  head_row_ = head.row_id;
  head_stamp_us_ = head.stamp_us;
  head_hash_ = std::move(head.hash);
  return count;
}

}  // namespace muster::events
