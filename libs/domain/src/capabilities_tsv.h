#pragma once

#include <string_view>

namespace muster {

/// The text of capabilities.tsv; embedded by the build.
extern const std::string_view kCapabilitiesTsv;

}  // namespace muster
