#pragma once

#include <string>
#include <vector>

#include "muster/storage/table.h"
#include "services/registry/core/facts.h"
#include "services/registry/store/codecs.h"

namespace muster::registry {

const storage::Table<Readiness>& ReadinessTable();
const storage::Table<Capacity>& CapacityTable();
const storage::Table<Reminder>& ReminderTable();

/// What the audit trail keeps of an object.
std::string HashOf(const Readiness& readiness);
std::string HashOf(const Capacity& capacity);
std::string HashOf(const Reminder& reminder);

/// The rows of readiness, capacity and reminders of a change.
void AppendReadinessWrites(const RegistryChanges& changes, std::vector<storage::Write>& writes);

}  // namespace muster::registry

namespace muster::storage {

template <>
struct Codec<registry::SubjectKind> : NameCodec<registry::SubjectKind, registry::SubjectKindFromName> {};
template <>
struct Codec<registry::ReadinessLevel> : NameCodec<registry::ReadinessLevel, registry::ReadinessLevelFromName> {};
template <>
struct Codec<registry::ReminderKind> : NameCodec<registry::ReminderKind, registry::ReminderKindFromName> {};

}  // namespace muster::storage
