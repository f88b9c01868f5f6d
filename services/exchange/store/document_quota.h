#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"

namespace muster::exchange {

/// How much each account may have kept in a day (UTC), so that none fills the disk: the bytes of its documents, each
/// with 4 KiB for its rows. Counts in memory what it has once read from the store. Thread-safe.
class DocumentQuota {
 public:
  static constexpr int64_t kRowsOfADocument = 4096;

  /// All must outlive it.
  DocumentQuota(storage::Database& database, const Clock& clock, int64_t bytes_per_day)
      : database_(database), clock_(clock), bytes_per_day_(bytes_per_day) {}

  /// Takes the room of a document. Errors: RATE_LIMITED with metadata retry_after_s, until the day ends; those of the
  /// store. Blocks on the store at an account's first document of a day.
  absl::Status Take(const AccountId& account, size_t bytes) MUSTER_EXCLUDES(mutex_);
  /// Of a document that was not kept after all.
  void GiveBack(const AccountId& account, size_t bytes) MUSTER_EXCLUDES(mutex_);

 private:
  absl::StatusOr<int64_t> KeptSince(const AccountId& account, Time start);

  storage::Database& database_;
  const Clock& clock_;
  const int64_t bytes_per_day_;
  Mutex mutex_;
  int64_t day_ MUSTER_GUARDED_BY(mutex_) = 0;  ///< since 1970
  std::map<AccountId, int64_t> used_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace muster::exchange
