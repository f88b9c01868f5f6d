#pragma once

#include <string_view>

#include "muster/storage/command.h"
#include "services/notify/core/commands.h"

namespace muster::notify {

/// Columns of delivery_schedule in the order that ParseSchedule reads.
constexpr std::string_view kScheduleColumns = "delivery_id, organization_id, attempts, next_us, escalate_us";
Schedule ParseSchedule(const storage::Row& row);

storage::Write PutSchedule(const Schedule& schedule);
storage::Write RemoveSchedule(const DeliveryId& id);
storage::Write Postpone(const Postponed& postponed);
/// Makes everything due that the organization has not acknowledged.
storage::Write MakeDue(const OrganizationId& organization, Time now);

}  // namespace muster::notify
