#pragma once

#include <span>

#include "muster/storage/migration.h"

namespace muster::events {

/// The tables that every owner of data has: audit, audit_link, outbox, inbox, consumer_position, dead_letter,
/// bus_state. Run them after the set "common" and before the service's own.
std::span<const storage::Migration> Migrations();

}  // namespace muster::events
