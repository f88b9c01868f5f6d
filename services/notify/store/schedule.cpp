#include "services/notify/store/schedule.h"

#include "muster/storage/codec.h"

namespace muster::notify {

using storage::Codec;
using OptionalTime = std::optional<Time>;

Schedule ParseSchedule(const storage::Row& row) {
  return {DeliveryId(std::string(row.Text(0))), OrganizationId(std::string(row.Text(1))),
          Codec<int32_t>::FromRow(row, 2), Codec<OptionalTime>::FromRow(row, 3), Codec<OptionalTime>::FromRow(row, 4)};
}

storage::Write PutSchedule(const Schedule& schedule) {
  return {
      "INSERT INTO delivery_schedule (delivery_id, organization_id, attempts, next_us, escalate_us) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (delivery_id) DO UPDATE SET attempts = excluded.attempts, "
      "next_us = excluded.next_us, escalate_us = excluded.escalate_us",
      {schedule.id.value(), schedule.organization_id.value(), int64_t{schedule.attempts},
       Codec<OptionalTime>::ToValue(schedule.next_time), Codec<OptionalTime>::ToValue(schedule.escalate_time)},
      1,
      {}};
}

storage::Write RemoveSchedule(const DeliveryId& id) {
  return {"DELETE FROM delivery_schedule WHERE delivery_id = $1", {id.value()}, -1, {}};
}

storage::Write Postpone(const Postponed& postponed) {
  return {"UPDATE delivery_schedule SET next_us = $2 WHERE delivery_id = $1",
          {postponed.id.value(), Codec<OptionalTime>::ToValue(postponed.next_time)},
          -1,
          {}};
}

storage::Write MakeDue(const OrganizationId& organization, Time now) {
  return {"UPDATE delivery_schedule SET next_us = $2 WHERE organization_id = $1",
          {organization.value(), ToMicros(now)},
          -1,
          {}};
}

}  // namespace muster::notify
