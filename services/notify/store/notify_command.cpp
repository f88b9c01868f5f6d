#include "services/notify/store/notify_command.h"

#include "muster/events/audit.h"
#include "muster/events/outbox.h"
#include "services/notify/store/schedule.h"
#include "services/notify/store/tables.h"

namespace muster::notify {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;
using storage::Write;

Read ReadDelivery(const DeliveryId& id, Facts& facts) {
  static const std::string sql = "SELECT " + Deliveries().select_list() + " FROM delivery WHERE id = $1";
  return {sql, {id.value()}, [&facts](const Row& row) { facts.deliveries.push_back(Deliveries().Parse(row)); }};
}

Read ReadSchedule(const DeliveryId& id, Facts& facts) {
  static const std::string sql =
      "SELECT " + std::string(kScheduleColumns) + " FROM delivery_schedule WHERE delivery_id = $1";
  return {sql, {id.value()}, [&facts](const Row& row) {
            Schedule schedule = ParseSchedule(row);
            facts.schedules.emplace(schedule.id, std::move(schedule));
          }};
}

void Audit(const Changed& changed, const Context& context, const Origin& origin, const std::string& note,
           storage::Changes& out) {
  events::AuditEntry entry = origin.Audit("delivery", changed.after.id.value());
  entry.object_version = changed.after.version;
  entry.from_state = changed.before ? std::string(Name(changed.before->state)) : "";
  entry.to_state = Name(changed.after.state);
  entry.note = note;
  entry.before_hash = changed.before ? Deliveries().Hash(*changed.before) : "";
  entry.after_hash = Deliveries().Hash(changed.after);
  out.writes.push_back(events::AuditWrite(entry, context.now, *context.random));
}

void Tell(const Changed& changed, const Context& context, const Origin& origin, const EventPayload& payload,
          storage::Changes& out) {
  events::EventRecord event;
  event.id = EventId(NewUuid(context.now, *context.random));
  event.type = "muster.notify.v1." + changed.event;
  event.subject = changed.after.id.value();
  event.time = context.now;
  event.data_type = payload.data_type();
  event.data = payload.Of(changed.after);
  event.mode = changed.after.mode;
  event.district_path = changed.after.district_path;
  event.organization_ids = {changed.after.organization_id};
  event.version = changed.after.version;
  event.traceparent = origin.traceparent;
  out.writes.push_back(events::OutboxWrite(event));
}

}  // namespace

std::vector<Read> ReadsOf(const Announce& command, Facts& facts) {
  if (command.settlement == Settlement::kNone) {
    return {};
  }
  static const std::string of_deliveries =
      "SELECT " + Deliveries().select_list() + " FROM delivery WHERE subject_id = $1 AND state IN ('queued', 'sent')";
  static const std::string of_schedules =
      "SELECT " + std::string(kScheduleColumns) +
      " FROM delivery_schedule WHERE delivery_id IN (SELECT id FROM delivery WHERE subject_id = $1)";
  return {{of_deliveries,
           {command.subject_id},
           [&facts](const Row& row) { facts.deliveries.push_back(Deliveries().Parse(row)); }},
          {of_schedules, {command.subject_id}, [&facts](const Row& row) {
             Schedule schedule = ParseSchedule(row);
             facts.schedules.emplace(schedule.id, std::move(schedule));
           }}};
}

std::vector<Read> ReadsOf(const Acknowledge& command, Facts& facts) {
  return {ReadDelivery(command.id, facts), ReadSchedule(command.id, facts)};
}

std::vector<Read> ReadsOf(const RecordAttempts& command, Facts& facts) {
  std::vector<Read> reads;
  for (const DeliveryId& id : command.sent) {
    reads.push_back(ReadDelivery(id, facts));
    reads.push_back(ReadSchedule(id, facts));
  }
  return reads;
}

std::vector<Read> ReadsOf(const Escalate& command, Facts& facts) {
  return {ReadDelivery(command.id, facts), ReadSchedule(command.id, facts)};
}

void AppendWrites(const NotifyChanges& changes, const Context& context, const Origin& origin,
                  const EventPayload& payload, storage::Changes& out) {
  for (const Changed& changed : changes.deliveries) {
    out.writes.push_back(Deliveries().Save(changed.after));
    Audit(changed, context, origin, changes.note, out);
    if (!changed.event.empty()) {
      Tell(changed, context, origin, payload, out);
    }
  }
  for (const Schedule& schedule : changes.scheduled) {
    out.writes.push_back(PutSchedule(schedule));
  }
  for (const DeliveryId& id : changes.unscheduled) {
    out.writes.push_back(RemoveSchedule(id));
  }
  for (const Postponed& postponed : changes.postponed) {
    out.writes.push_back(Postpone(postponed));
  }
}

}  // namespace muster::notify
