#include "muster/events/outbox.h"

#include "id_list.h"

namespace muster::events {

storage::Write OutboxWrite(const EventRecord& event) {
  return storage::Write{
      "INSERT INTO outbox (event_id, type, subject, time_us, data_type, data, mode, district_path, organization_ids, "
      "version, traceparent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {event.id.value(), event.type, event.subject, ToMicros(event.time), event.data_type, storage::Blob{event.data},
       std::string(Name(event.mode)), event.district_path, JoinIds(event.organization_ids), event.version,
       event.traceparent},
      1,
      {}};
}

}  // namespace muster::events
