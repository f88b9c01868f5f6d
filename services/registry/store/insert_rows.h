#pragma once

#include <string_view>
#include <vector>

#include "muster/storage/command.h"

namespace muster::registry {

/// Inserts rows of `columns` columns, many a statement; a row whose key is there already is skipped. `into` is a
/// literal: "team_bigram (bigram, object_id)".
void InsertRows(std::string_view into, size_t columns, std::vector<storage::Value> values,
                std::vector<storage::Write>& writes);

}  // namespace muster::registry
