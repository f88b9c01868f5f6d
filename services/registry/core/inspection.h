#pragma once

#include <cstdint>
#include <string>

#include "muster/base/clock.h"

namespace muster::registry {

enum class InspectionKind {
  kAnnual,  ///< 年检, one for each year
  kSpot,    ///< 抽查, any number
};

enum class InspectionResult {
  kPassed,
  kBasicallyPassed,
  kFailed,
  kAbnormalList,  ///< put on the list of abnormal activities
};

/// An annual inspection or a spot check of an organization.
struct Inspection {
  int32_t year = 0;  ///< that it is about
  InspectionKind kind = InspectionKind::kAnnual;
  InspectionResult result = InspectionResult::kPassed;
  Time date{};  ///< when it was held
  std::string note;
  bool operator==(const Inspection&) const = default;
};

}  // namespace muster::registry
