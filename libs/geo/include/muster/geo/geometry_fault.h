#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster::geo {

/// What can be wrong with a position or a shape.
enum class GeometryFault {
  kNotANumber,
  kLatitudeRange,
  kLongitudeRange,
  kSwapped,  ///< latitude out of range, yet right if the two numbers changed places
  kTooFewPoints,
  kTooManyPoints,
  kNotClosed,
  kSelfCrossing,
  kCrosses180,
  kNoArea,
  kRadius,
};

/// A stable name for programs: "self_crossing".
std::string_view Name(GeometryFault fault);
/// The same for people.
std::string_view TextZh(GeometryFault fault);
std::string_view TextEn(GeometryFault fault);

/// BAD_GEOMETRY for `field`, with `why` (the stable name) in the metadata and both texts.
absl::Status BadGeometry(GeometryFault fault, const std::string& field);

}  // namespace muster::geo
