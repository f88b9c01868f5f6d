#pragma once

#include <span>

#include "muster/storage/migration.h"

namespace muster::storage::common {

/// The table of stored replies, which the command runner needs in every database.
std::span<const Migration> Migrations();

}  // namespace muster::storage::common
