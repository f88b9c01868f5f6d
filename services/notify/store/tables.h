#pragma once

#include <span>

#include "muster/storage/migration.h"
#include "muster/storage/table.h"
#include "services/notify/core/delivery.h"

namespace muster::notify {

const storage::Table<Delivery>& Deliveries();

/// The tables of notify: after the sets "common" and "events".
std::span<const storage::Migration> Migrations();

}  // namespace muster::notify
