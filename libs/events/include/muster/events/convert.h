#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "muster/common/v1/audit.pb.h"
#include "muster/common/v1/feed.pb.h"
#include "muster/domain/principal.h"
#include "muster/events/audit.h"
#include "muster/events/event.h"
#include "muster/events/feed.h"

namespace muster::events {

common::v1::Event ToProto(const FeedEvent& event);

/// Errors: INVALID_FIELD for an event that no owner could have written (no id, no place, unknown mode or source).
absl::StatusOr<FeedEvent> FromProto(common::v1::Event event);

std::string SerializeEvent(const FeedEvent& event);
/// Errors: those of FromProto, and INVALID_FIELD for bytes that are no event at all.
absl::StatusOr<FeedEvent> ParseEvent(std::string_view bytes);

common::v1::AuditRecord ToProto(const AuditRow& row);

/// Answers EventFeedService.ReadEvents from `feed`. Errors: OUT_OF_RANGE, BAD_CURSOR, those of the store.
absl::StatusOr<common::v1::ReadEventsResponse> AnswerReadEvents(FeedSource& feed, const std::string& owner,
                                                                const common::v1::ReadEventsRequest& request);

/// Answers AuditService.ListAuditRecords: to an auditor of a district what was done by accounts of that district.
/// Errors: BAD_PAGE, BAD_CURSOR.
absl::StatusOr<common::v1::ListAuditRecordsResponse> AnswerListAuditRecords(
    storage::Database& database, const Principal& principal, const common::v1::ListAuditRecordsRequest& request);

/// Answers AuditService.VerifyAudit.
absl::StatusOr<common::v1::VerifyAuditResponse> AnswerVerifyAudit(storage::Database& database,
                                                                  const std::string& owner);

/// A feed read by a call of ReadEvents; how the call is made is given to it.
class RemoteFeed final : public FeedSource {
 public:
  using Call = std::function<absl::StatusOr<common::v1::ReadEventsResponse>(const common::v1::ReadEventsRequest&)>;

  /// `call` must be thread-safe and carry a deadline.
  explicit RemoteFeed(Call call) : call_(std::move(call)) {}
  absl::StatusOr<FeedPage> Read(const FeedQuery& query) override;

 private:
  const Call call_;
};

}  // namespace muster::events
