#pragma once

#include <span>

#include "muster/storage/migration.h"
#include "muster/storage/table.h"
#include "services/exchange/core/document.h"

namespace muster::exchange {

const storage::Table<DocumentRecord>& DocumentTable();

/// The tables of this service, after the sets "common" and "events".
std::span<const storage::Migration> Migrations();

}  // namespace muster::exchange
