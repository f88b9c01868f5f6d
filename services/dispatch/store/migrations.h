#pragma once

#include <span>

#include "muster/storage/migration.h"

namespace muster::dispatch {

/// The tables of dispatch, set "dispatch": after the sets "common" and "events".
std::span<const storage::Migration> Migrations();

}  // namespace muster::dispatch
