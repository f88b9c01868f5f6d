#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/registry/v1/registry.pb.h"

namespace muster::cli {

// Small texts of the command line that stand for a message. Usage errors say how to write them.

/// "boat:2" or "boat:2:with outboard motor".
absl::StatusOr<registry::v1::TeamEquipment> ParseEquipment(std::string_view text);

/// "water:2:2027-01-31 00:00" or "water:2:+8760h": capability, level, until when.
absl::StatusOr<registry::v1::TeamCapability> ParseTeamCapability(std::string_view text, Time now);

/// "sat,sun 08:00-20:00"; an end that is not later than the start is on the next day.
absl::StatusOr<registry::v1::WeeklyTime> ParseWeeklyTime(std::string_view text);

}  // namespace muster::cli
