#include "services/registry/store/readiness_tables.h"

#include "muster/domain/reason.h"

namespace muster::registry {

using storage::Table;
using storage::Write;

const Table<Readiness>& ReadinessTable() {
  static const Table<Readiness> table = Table<Readiness>("readiness")
                                            .Column("id", &Readiness::id)
                                            .Column("version", &Readiness::version)
                                            .Column("subject_kind", &Readiness::subject_kind)
                                            .Column("subject_id", &Readiness::subject_id)
                                            .Column("organization_id", &Readiness::organization_id)
                                            .Column("district_path", &Readiness::district_path)
                                            .Column("people", &Readiness::people)
                                            .Column("equipment", &Readiness::equipment)
                                            .Column("funds", &Readiness::funds)
                                            .Column("declare_us", &Readiness::declare_time)
                                            .Column("expire_us", &Readiness::expire_time)
                                            .Done();
  return table;
}

const Table<Capacity>& CapacityTable() {
  static const Table<Capacity> table = Table<Capacity>("capacity")
                                           .Column("id", &Capacity::id)
                                           .Column("version", &Capacity::version)
                                           .Column("create_us", &Capacity::create_time)
                                           .Column("update_us", &Capacity::update_time)
                                           .Column("subject_kind", &Capacity::subject_kind)
                                           .Column("subject_id", &Capacity::subject_id)
                                           .Column("organization_id", &Capacity::organization_id)
                                           .Column("district_path", &Capacity::district_path)
                                           .Column("incident_id", &Capacity::incident_id)
                                           .Column("people", &Capacity::people)
                                           .Column("equipment", &Capacity::equipment)
                                           .Column("time_window", &Capacity::window)
                                           .Column("expire_us", &Capacity::expire_time)
                                           .Column("withdrawn", &Capacity::withdrawn)
                                           .Done();
  return table;
}

const Table<Reminder>& ReminderTable() {
  static const Table<Reminder> table = Table<Reminder>("reminder")
                                           .Column("id", &Reminder::id)
                                           .Column("version", &Reminder::version)
                                           .Column("create_us", &Reminder::create_time)
                                           .Column("kind", &Reminder::kind)
                                           .Column("object_id", &Reminder::object_id)
                                           .Column("detail", &Reminder::detail)
                                           .Column("organization_id", &Reminder::organization_id)
                                           .Column("district_path", &Reminder::district_path)
                                           .Column("end_us", &Reminder::end_time)
                                           .Column("days", &Reminder::days)
                                           .Done();
  return table;
}

std::string HashOf(const Readiness& readiness) { return ReadinessTable().Hash(readiness); }
std::string HashOf(const Capacity& capacity) { return CapacityTable().Hash(capacity); }
std::string HashOf(const Reminder& reminder) { return ReminderTable().Hash(reminder); }

void AppendReadinessWrites(const RegistryChanges& changes, std::vector<Write>& writes) {
  for (const auto& change : changes.readiness) {
    writes.push_back(ReadinessTable().Save(change.after));
    // The id is new or known, so what another has been faster with is the subject's declaration.
    writes.back().otherwise = Error(Reason::kVersionConflict);
  }
  for (const auto& change : changes.capacities) {
    writes.push_back(CapacityTable().Save(change.after));
  }
  for (const auto& change : changes.reminders) {
    writes.push_back(ReminderTable().Save(change.after));
  }
}

}  // namespace muster::registry
