#include "muster/events/janitor.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/mode.h"
#include "muster/events/audit.h"
#include "muster/events/event.h"

namespace muster::events {
namespace {

/// The oldest entry that the group still needs: what it owes, or else what it was given last.
const std::string& Needed(const GroupInfo& group) {
  return group.oldest_pending_id.empty() ? group.last_delivered_id : group.oldest_pending_id;
}

}  // namespace

Janitor::Janitor(JanitorOptions options, storage::Database& database, Bus& bus, const Clock& clock, Random& random)
    : options_(std::move(options)), database_(database), bus_(bus), clock_(clock), random_(random) {}

Duration Janitor::Step(Time now) {
  if (clock_.Steady() < next_sweep_) {
    return next_sweep_ - clock_.Steady();
  }
  next_sweep_ = clock_.Steady() + options_.interval;
  for (const Mode mode : {Mode::kReal, Mode::kDrill}) {
    if (!Sweep(StreamName(options_.owner, mode), now).ok()) {
      break;  // the bus is away; the next sweep does it
    }
  }
  return options_.interval;
}

absl::Status Janitor::Sweep(const std::string& stream, Time now) {
  MUSTER_ASSIGN_OR_RETURN(const std::vector<GroupInfo> groups, bus_.Groups(stream));
  std::string trim_before = std::to_string(ToMicros(now - options_.keep) / 1000) + "-0";
  for (const GroupInfo& group : groups) {
    if (IsDead(group)) {
      MUSTER_RETURN_IF_ERROR(Destroy(stream, group, now));
    } else if (EntryIdLess(Needed(group), trim_before)) {
      trim_before = Needed(group);
    }
  }
  ++counters_.trims;
  return bus_.TrimBefore(stream, trim_before);
}

bool Janitor::IsDead(const GroupInfo& group) const {
  return !options_.groups.contains(group.name) || (group.has_consumers && group.idle > options_.max_idle);
}

absl::Status Janitor::Destroy(const std::string& stream, const GroupInfo& group, Time now) {
  AuditEntry entry;
  entry.actor = "system";
  entry.source_address = "local";
  entry.action = "DestroyConsumerGroup";
  entry.object_type = "consumer_group";
  entry.object_id = stream + "/" + group.name;
  entry.note = options_.groups.contains(group.name) ? "silent for a day" : "not a known consumer";
  MUSTER_RETURN_IF_ERROR(database_
                             .Run(storage::MakeCommand(nullptr,
                                                       [&](Time, storage::Changes& changes) {
                                                         changes.writes.push_back(AuditWrite(entry, now, random_));
                                                         return absl::OkStatus();
                                                       }))
                             .status());
  MUSTER_RETURN_IF_ERROR(bus_.DestroyGroup(stream, group.name));
  ++counters_.destroyed_groups;
  return absl::OkStatus();
}

}  // namespace muster::events
