#include "muster/events/outbox.h"

#include <array>

#include "id_list.h"
#include "outbox_rows.h"

namespace muster::events {
namespace {

/// One text per set of modes, so that each is planned for its own (drills have a partial index).
const std::string& PageSql(unsigned mask) {
  static const auto& texts = *new std::array<std::string, 8>([] {
    const std::array<std::string, 8> conditions{"",
                                                "AND mode = 'real' ",
                                                "AND mode = 'drill' ",
                                                "AND mode <> 'test' ",
                                                "AND mode = 'test' ",
                                                "AND mode <> 'drill' ",
                                                "AND mode <> 'real' ",
                                                ""};
    std::array<std::string, 8> built;
    for (size_t i = 0; i < built.size(); ++i) {
      built[i] =
          "SELECT feed_seq, event_id, type, subject, time_us, data_type, data, mode, district_path, organization_ids, "
          "version, traceparent FROM outbox WHERE feed_seq > $1 " +
          conditions[i] + "ORDER BY feed_seq LIMIT $2";
    }
    return built;
  }());
  return texts[mask];
}

FeedEvent ParseEvent(const storage::Row& row, const std::string& owner) {
  FeedEvent event;
  event.owner = owner;
  event.feed_seq = row.Int(0);
  event.id = EventId(std::string(row.Text(1)));
  event.type = row.Text(2);
  event.subject = row.Text(3);
  event.time = FromMicros(row.Int(4));
  event.data_type = row.Text(5);
  event.data = row.Text(6);
  event.mode = ModeFromName(row.Text(7)).value_or(Mode::kTest);
  event.district_path = row.Text(8);
  event.organization_ids = SplitIds(row.Text(9));
  event.version = row.Int(10);
  event.traceparent = row.Text(11);
  return event;
}

}  // namespace

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

storage::Read ReadOutbox(const std::string& owner, int64_t after, int64_t limit, unsigned modes,
                         std::vector<FeedEvent>& events) {
  return {PageSql(modes), {after, limit}, [&events, owner](const storage::Row& row) {
            events.push_back(ParseEvent(row, owner));
          }};
}

}  // namespace muster::events
