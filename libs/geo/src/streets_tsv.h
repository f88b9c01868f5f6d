#pragma once

#include <string_view>

namespace muster::geo {

/// The text of streets.tsv; embedded by the build.
extern const std::string_view kStreetsTsv;

}  // namespace muster::geo
