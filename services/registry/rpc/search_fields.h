#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "muster/common/v1/types.pb.h"
#include "services/registry/store/registry_store.h"

namespace muster::registry {

/// The fields that lists are searched by. Each may be left out.

/// Errors: INVALID_FIELD (an unknown code, `lowest_level` without one), OUT_OF_RANGE.
absl::StatusOr<std::optional<CapabilityFilter>> CapabilityFilterFrom(const std::string& capability, int lowest_level);

/// The path of a district by path, code or name ("昆山市"); empty for an empty text. INVALID_FIELD for one that is not
/// known: finding nothing would look as if there were nothing.
absl::StatusOr<std::string> DistrictFilterFrom(const std::string& text, const std::string& field);

/// `near` may be null. Errors: INVALID_FIELD (a radius without a position), OUT_OF_RANGE, those of a position.
absl::StatusOr<std::optional<Neighbourhood>> NeighbourhoodFrom(const common::v1::Position* near, double radius_km);

}  // namespace muster::registry
