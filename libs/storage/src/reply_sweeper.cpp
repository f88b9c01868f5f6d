#include "muster/storage/reply_sweeper.h"

#include "muster/base/status_macros.h"

namespace muster::storage {

ReplySweeper::ReplySweeper(ReplySweeperOptions options, Database& database, const Clock& clock)
    : options_(options), database_(database), clock_(clock) {}

Duration ReplySweeper::Step(Time now) {
  if (clock_.Steady() < next_sweep_) {
    return next_sweep_ - clock_.Steady();
  }
  const absl::StatusOr<int64_t> dropped = Sweep(now - options_.keep);
  const bool more = dropped.ok() && *dropped == options_.batch;  // what failed is tried at the next sweep
  const Duration rest = more ? Duration::zero() : options_.interval;
  next_sweep_ = clock_.Steady() + rest;
  return rest;
}

/// Looks first, so that the writer is asked only when there is something to drop.
absl::StatusOr<int64_t> ReplySweeper::Sweep(Time keep_from) {
  const int64_t keep_from_us = ToMicros(keep_from);
  int64_t old = 0;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{"SELECT count(*) FROM (SELECT 1 FROM request WHERE create_us <= $1 LIMIT $2) AS old_replies",
                           {keep_from_us, options_.batch},
                           [&](const Row& row) { old = row.Int(0); }}));
  if (old == 0) {
    return 0;
  }
  MUSTER_RETURN_IF_ERROR(
      database_
          .Run(MakeCommand(nullptr,
                           [&](Time, Changes& changes) {
                             changes.writes.push_back(
                                 {"DELETE FROM request WHERE (principal, method, request_id) IN (SELECT principal, "
                                  "method, request_id FROM request WHERE create_us <= $1 ORDER BY create_us LIMIT $2)",
                                  {keep_from_us, options_.batch},
                                  -1,
                                  {}});
                             return absl::OkStatus();
                           }))
          .status());
  return old;
}

}  // namespace muster::storage
