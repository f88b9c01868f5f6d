#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// Codes of digits, joined by "/": "3205/320583".
bool IsDistrictPath(const std::string& path);

/// Takes the kind of its category where an incident has none of its own.
void FillKind(Incident& incident);

/// OK when the category is known and of the incident's kind, the names of sectors, command posts and departments are
/// given and unique, and every sector lies in the incident's district. Errors: INVALID_FIELD, DUPLICATE, OUT_OF_RANGE.
absl::Status CheckParts(const Incident& incident);

/// OK when every incident that it is linked to exists and is visible to the caller; else NOT_FOUND with its place.
absl::Status CheckLinks(const Incident& incident, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
