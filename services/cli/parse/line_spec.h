#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/app/language.h"

namespace muster::cli {

/// A request line from the text of `--line`: key=value pairs between commas,
/// "capability=psychological_support,level=2,quantity=5,unit=teams,start=+1h,hours=8,priority=2".
/// `capability` and `quantity` are needed. Usage errors name the key.
absl::StatusOr<dispatch::v1::RequestLine> ParseLineSpec(std::string_view text, Time now);

/// What may stand in a line, for the help text: one key a line.
Text LineSpecHelp();

}  // namespace muster::cli
