#pragma once

#include <span>

#include "muster/storage/migration.h"
#include "muster/storage/table.h"
#include "services/identity/core/account.h"

namespace muster::identity {

const storage::Table<Account>& AccountTable();
const storage::Table<ApiKeyRecord>& ApiKeyTable();

/// The tables of this service, after the sets "common" and "events".
std::span<const storage::Migration> Migrations();

}  // namespace muster::identity
