#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "muster/storage/database.h"
#include "services/registry/core/readiness_model.h"

namespace muster::registry {

/// What runs out within `days` and is not told yet, the earliest end first, at most `limit` of it. A reminder belongs
/// to the narrowest of 7, 30 and 90 days, so what is seen late is told once. The reminders have no id and no time yet.
absl::StatusOr<std::vector<Reminder>> ReadDueReminders(storage::Database& database, ReminderKind kind, int days,
                                                       Time now, int limit);

}  // namespace muster::registry
