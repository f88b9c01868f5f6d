#include "services/exchange/store/document_quota.h"

#include <chrono>

#include "muster/base/id.h"
#include "muster/base/random.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"

namespace muster::exchange {
namespace {

int64_t CostOf(size_t bytes) { return DocumentQuota::kRowsOfADocument + static_cast<int64_t>(bytes); }

absl::Status Exhausted(Duration left) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
  return ErrorWithTexts(
      Reason::kRateLimited, "content",
      "该账户今天的文档配额已用完。请明天（UTC）再提交，或请管理员提高 limits.document_bytes_per_day。",
      "This account has used up its documents of today. Submit again tomorrow (UTC), or have the "
      "administrator raise limits.document_bytes_per_day.",
      {{"retry_after_s", std::to_string(seconds)}});
}

}  // namespace

absl::Status DocumentQuota::Take(const AccountId& account, size_t bytes) {
  const Time now = clock_.Now();
  const auto today = std::chrono::floor<std::chrono::days>(now);
  MutexLock lock(mutex_);
  if (const int64_t day = today.time_since_epoch().count(); day != day_) {
    day_ = day;
    used_.clear();
  }
  auto found = used_.find(account);
  if (found == used_.end()) {
    MUSTER_ASSIGN_OR_RETURN(const int64_t kept, KeptSince(account, today));
    found = used_.emplace(account, kept).first;
  }
  if (found->second + CostOf(bytes) > bytes_per_day_) {
    return Exhausted(today + std::chrono::days(1) - now);
  }
  found->second += CostOf(bytes);
  return absl::OkStatus();
}

void DocumentQuota::GiveBack(const AccountId& account, size_t bytes) {
  MutexLock lock(mutex_);
  if (const auto found = used_.find(account); found != used_.end()) {
    found->second -= CostOf(bytes);
  }
}

absl::StatusOr<int64_t> DocumentQuota::KeptSince(const AccountId& account, Time start) {
  // Ids begin with the millisecond in which they were made.
  const std::string first_id = NewUuid(start, SystemRandom()).substr(0, 13);
  int64_t bytes = 0;
  MUSTER_RETURN_IF_ERROR(database_.Query(
      storage::Read{"SELECT length(c.content) FROM document d LEFT JOIN document_content c ON c.document_id = d.id "
                    "WHERE d.account_id = $1 AND d.id >= $2",
                    {account.value(), first_id},
                    [&](const storage::Row& row) { bytes += CostOf(static_cast<size_t>(row.Int(0))); }}));
  return bytes;
}

}  // namespace muster::exchange
