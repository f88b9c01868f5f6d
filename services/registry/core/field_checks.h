#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "muster/domain/eligibility.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// INVALID_FIELD when `text` is empty or blank.
absl::Status CheckGiven(const std::string& text, const std::string& field);

/// INVALID_FIELD for a name or address that holds a star: what was shown masked must not be stored as if it were meant.
absl::Status CheckNotMasked(const std::string& text, const std::string& field);

/// OUT_OF_RANGE with the range.
absl::Status CheckRange(int64_t value, int64_t low, int64_t high, const std::string& field);

/// INVALID_FIELD unless `path` is the city or lies in one of its districts: "3205", "3205/320583/320583101".
absl::Status CheckDistrict(const std::string& path, const std::string& field);

/// BAD_TIME with the reason in both languages.
absl::Status BadTime(const std::string& field, const std::string& why_zh, const std::string& why_en);

/// BAD_TIME unless the window ends after it starts.
absl::Status CheckWindow(const Window& window, const std::string& field);

/// At most 20, each with both parts: OUT_OF_RANGE, INVALID_FIELD.
absl::Status CheckReferences(const std::vector<ExternalReference>& references, const std::string& field);

/// INVALID_FIELD where `expected` was not given, VERSION_CONFLICT with current_version where it is another.
absl::Status CheckVersion(int64_t expected, int64_t current, const std::string& field = "expected_version");

/// A place that is known by its surroundings only.
Location Approximate(const geo::Position& position);

/// The centre of the street, or else of the deepest known district, of a path, marked approximate; none for an unknown
/// one.
std::optional<Location> CentreOf(const std::string& district_path);

}  // namespace muster::registry
