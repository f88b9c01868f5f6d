#include "services/notify/store/queries.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "services/notify/store/schedule.h"
#include "services/notify/store/tables.h"

namespace muster::notify {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

/// A delivery's columns and its schedule's, NULL when there is none.
const std::string& ListedColumns() {
  static const std::string& columns =
      *new std::string(Deliveries().select_list() +
                       ", (SELECT attempts FROM delivery_schedule s WHERE s.delivery_id = delivery.id)"
                       ", (SELECT next_us FROM delivery_schedule s WHERE s.delivery_id = delivery.id)"
                       ", (SELECT escalate_us FROM delivery_schedule s WHERE s.delivery_id = delivery.id)");
  return columns;
}

Listed ParseListed(const Row& row) {
  Listed listed{Deliveries().Parse(row), std::nullopt};
  const int at = Deliveries().size();
  if (!row.IsNull(at)) {
    using OptionalTime = storage::Codec<std::optional<Time>>;
    listed.schedule = Schedule{listed.delivery.id, listed.delivery.organization_id, static_cast<int32_t>(row.Int(at)),
                               OptionalTime::FromRow(row, at + 1), OptionalTime::FromRow(row, at + 2)};
  }
  return listed;
}

/// Incidents granted to the caller as ",id,id,".
std::string Grants(const Principal& principal, Time now) {
  std::string grants;
  for (const IncidentGrant& grant : principal.incident_grants) {
    if (grant.expire_time > now) {
      grants += (grants.empty() ? "," : "") + grant.incident_id.value() + ",";
    }
  }
  return grants;
}

}  // namespace

absl::StatusOr<ListPage> Queries::List(const Principal& principal, const ListFilter& filter) const {
  static const std::string sql =
      "SELECT " + ListedColumns() +
      " FROM delivery WHERE ((length($1) > 0 AND (district_path = $1 OR district_path LIKE $1 || '/%')) OR "
      "(length($2) > 0 AND organization_id = $2) OR $3 LIKE '%,' || incident_id || ',%') "
      "AND ($4 = '' OR organization_id = $4) AND ($5 = '' OR subject_id = $5) "
      "AND ($6 = 0 OR state IN ('queued', 'sent')) AND id > $7 ORDER BY id LIMIT $8";
  ListPage page;
  MUSTER_RETURN_IF_ERROR(database_.Query(
      Read{sql,
           {principal.IsOfficial() ? principal.district_path : std::string(), principal.organization_id.value(),
            Grants(principal, clock_.Now()), filter.organization_id.value(), filter.subject_id,
            int64_t{filter.unreceipted_only ? 1 : 0}, filter.after, int64_t{filter.limit} + 1},
           [&page](const Row& row) { page.items.push_back(ParseListed(row)); }}));
  if (page.items.size() > static_cast<size_t>(filter.limit)) {
    page.items.pop_back();
    page.more = true;
  }
  return page;
}

absl::StatusOr<std::vector<Listed>> Queries::Due(Time now, int limit) const {
  // A time that lies further ahead than any wait was written before the clock was put back.
  static const std::string sql =
      "SELECT " + ListedColumns() +
      " FROM delivery WHERE id IN (SELECT delivery_id FROM delivery_schedule WHERE next_us <= $1 OR next_us > $2 "
      "ORDER BY delivery_id LIMIT $3) ORDER BY id";
  std::vector<Listed> due;
  MUSTER_RETURN_IF_ERROR(database_.Query(Read{sql,
                                              {ToMicros(now), ToMicros(now + kLongestWait), int64_t{limit}},
                                              [&due](const Row& row) { due.push_back(ParseListed(row)); }}));
  return due;
}

absl::StatusOr<std::vector<DeliveryId>> Queries::ToEscalate(Time now, int limit) const {
  std::vector<DeliveryId> ids;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{"SELECT delivery_id FROM delivery_schedule WHERE escalate_us <= $1 OR escalate_us > $2 "
                           "ORDER BY delivery_id LIMIT $3",
                           {ToMicros(now), ToMicros(now + kEscalateAfter), int64_t{limit}},
                           [&ids](const Row& row) { ids.emplace_back(std::string(row.Text(0))); }}));
  return ids;
}

}  // namespace muster::notify
