#include "services/registry/rpc/import_records.h"

#include "muster/base/id.h"
#include "muster/events/outbox.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

events::EventRecord Imported(const ImportChanges& decided, const Origin& origin, const std::string& id, Time now,
                             Random& random) {
  v1::RegistryImportedEvent payload;
  payload.set_organizations(static_cast<int32_t>(decided.organizations.size()));
  payload.set_teams(static_cast<int32_t>(decided.teams.size()));
  payload.set_members(static_cast<int32_t>(decided.members.size()));
  events::EventRecord event;
  event.id = EventId(NewUuid(now, random));
  event.type = "muster.registry.v1.RegistryImported";
  event.subject = id;
  event.time = now;
  event.data_type = payload.GetTypeName();
  event.data = payload.SerializeAsString();
  event.district_path = origin.principal.district_path;
  event.version = 1;
  event.traceparent = origin.traceparent;
  return event;
}

}  // namespace

void AppendImported(const ImportChanges& decided, const std::string& source, const Origin& origin,
                    const std::string& id, Time now, Random& random, storage::Changes& changes) {
  AppendWrites(decided, changes.writes);
  if (decided.stored() == 0) {
    return;
  }
  events::AuditEntry entry = origin.Audit("import", id);
  entry.note = source + ": " + std::to_string(decided.stored()) + " rows";
  changes.writes.push_back(events::AuditWrite(entry, now, random));
  changes.writes.push_back(events::OutboxWrite(Imported(decided, origin, id, now, random)));
}

}  // namespace muster::registry
