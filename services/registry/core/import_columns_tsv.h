#pragma once

#include <string_view>

namespace muster::registry {

/// The text of import_columns.tsv; embedded by the build.
extern const std::string_view kImportColumnsTsv;

}  // namespace muster::registry
