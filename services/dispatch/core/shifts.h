#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/domain/eligibility.h"

namespace muster::dispatch {

/// A shift on each of some days in a row, in China's zone (UTC+8 the whole year).
struct RepeatingShift {
  Time first_day{};        ///< any time of the first day
  int days = 0;            ///< 1 to 60
  int start_minute = 0;    ///< after midnight, 0 to 1439
  int length_minutes = 0;  ///< 1 to 1440
};

/// Its windows, in order. `field` is its path for errors: OUT_OF_RANGE.
absl::StatusOr<std::vector<Window>> ExpandShifts(const RepeatingShift& shifts, const std::string& field);

}  // namespace muster::dispatch
