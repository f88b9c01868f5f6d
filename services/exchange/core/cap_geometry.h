#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/geo/polygon.h"
#include "services/exchange/core/cap_fault.h"

namespace muster::exchange {

/// Reads a CAP polygon: `lat,lon` pairs with blanks between, WGS-84, closed. What is wrong goes to `faults` under
/// `path`. Read leniently, an open ring is closed, one that crosses or touches itself is replaced by its convex hull
/// (which covers it), and any other bad one is left out: none. An error only from strict reading.
absl::StatusOr<std::optional<geo::Polygon>> ReadCapPolygon(std::string_view text, const std::string& path,
                                                           FaultList& faults);

/// Reads a CAP circle: `lat,lon radius`, the radius in kilometres. A bad one is left out.
absl::StatusOr<std::optional<geo::Circle>> ReadCapCircle(std::string_view text, const std::string& path,
                                                         FaultList& faults);

/// A decimal number and nothing else.
std::optional<double> ReadDecimal(std::string_view text);

/// The pieces between blanks.
std::vector<std::string_view> SplitAtBlanks(std::string_view text);

}  // namespace muster::exchange
