#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "muster/common/v1/types.pb.h"

namespace muster::cli {

/// "31.3,120.62": degrees north and east, WGS-84. Usage errors quote the text.
absl::StatusOr<common::v1::Position> ParsePosition(std::string_view text);

}  // namespace muster::cli
