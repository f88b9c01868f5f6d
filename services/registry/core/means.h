#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// At most 50 sorts of equipment, each once, known and counted from 1 to 10,000: OUT_OF_RANGE, INVALID_FIELD.
absl::Status CheckEquipment(const std::vector<Equipment>& list, const std::string& field);

/// Known codes, each once; 0 to 24 hours a day: OUT_OF_RANGE, INVALID_FIELD.
absl::Status CheckLimits(const TeamLimits& limits, const std::string& field);

}  // namespace muster::registry
