#include "muster/events/audit.h"

#include <charconv>
#include <utility>

#include "audit_row.h"
#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"

namespace muster::events {
namespace {

/// The rows after a place, of one actor ($2) and of the accounts of one district ($3) where those are given.
#define MUSTER_LISTED_AUDIT                                                                 \
  "SELECT " MUSTER_AUDIT_COLUMNS                                                            \
  ", l.seq, l.stamp_us, l.hash FROM audit a LEFT JOIN audit_link l ON l.row_id = a.row_id " \
  "WHERE a.row_id > $1 AND ($2 = '' OR a.actor = $2) "                                      \
  "AND ($3 = '' OR substr(a.actor_district_path || '/', 1, length($3) + 1) = $3 || '/') "
constexpr std::string_view kListAll = MUSTER_LISTED_AUDIT "ORDER BY a.row_id LIMIT $4";
constexpr std::string_view kListOfObject = MUSTER_LISTED_AUDIT "AND a.object_id = $5 ORDER BY a.row_id LIMIT $4";
#undef MUSTER_LISTED_AUDIT

AuditRow ParseListedRow(const storage::Row& row) {
  AuditRow audit = ParseAuditRow(row);
  if (!row.IsNull(kAuditColumns)) {
    audit.seq = row.Int(kAuditColumns);
    audit.time = FromMicros(row.Int(kAuditColumns + 1));
    audit.hash = row.Text(kAuditColumns + 2);
  }
  return audit;
}

absl::StatusOr<int64_t> ParsePageToken(const std::string& token) {
  int64_t row_id = 0;
  const char* end = token.data() + token.size();
  const auto [stopped, error] = std::from_chars(token.data(), end, row_id);
  if (!token.empty() && (error != std::errc() || stopped != end || row_id < 0)) {
    return Error(Reason::kBadCursor, "page_token");
  }
  return row_id;
}

}  // namespace

storage::Write AuditWrite(const AuditEntry& entry, Time now, Random& random) {
  return storage::Write{
      "INSERT INTO audit (id, time_us, actor, actor_organization_id, actor_district_path, source_address, action, "
      "object_type, object_id, object_version, from_state, to_state, result, note, request_id, before_hash, "
      "after_hash) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
      {NewUuid(now, random), ToMicros(now), entry.actor, entry.actor_organization_id, entry.actor_district_path,
       entry.source_address, entry.action, entry.object_type, entry.object_id, entry.object_version, entry.from_state,
       entry.to_state, entry.result, entry.note, entry.request_id, entry.before_hash, entry.after_hash},
      1,
      {}};
}

AuditEntry LaterColumnsEntry(AuditEntry entry, std::string before_hash, std::string after_hash) {
  entry.object_version = 0;
  entry.from_state.clear();
  entry.to_state.clear();
  entry.before_hash = std::move(before_hash);
  entry.after_hash = std::move(after_hash);
  return entry;
}

absl::StatusOr<AuditPage> ListAudit(storage::Database& database, const AuditQuery& query) {
  if (query.page_size < 1 || query.page_size > 500) {
    return Error(Reason::kBadPage, "page_size", {{"min", "1"}, {"max", "500"}});
  }
  MUSTER_ASSIGN_OR_RETURN(const int64_t after, ParsePageToken(query.page_token));
  AuditPage page;
  std::vector<storage::Value> parameters{after, query.actor, query.actor_district_path, int64_t{query.page_size} + 1};
  if (!query.object_id.empty()) {
    parameters.emplace_back(query.object_id);
  }
  MUSTER_RETURN_IF_ERROR(
      database.Query(storage::Read{query.object_id.empty() ? kListAll : kListOfObject, std::move(parameters),
                                   [&page](const storage::Row& row) { page.rows.push_back(ParseListedRow(row)); }}));
  if (page.rows.size() > static_cast<size_t>(query.page_size)) {
    page.rows.pop_back();
    page.next_page_token = std::to_string(page.rows.back().row_id);
  }
  return page;
}

}  // namespace muster::events
