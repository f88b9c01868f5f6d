#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/dispatch/core/model.h"

namespace muster::dispatch {

/// What a team must have or is wished to have: "language:en" (BCP 47), "equipment:boat" (a code of equipment.tsv),
/// "vehicle" (a car, van, truck or ambulance), "women" (a team of women).
///
/// Languages, equipment and vehicles are known from the registry: who lacks a must-have is not eligible (MUST_HAVE).
/// Whether a team is of women the registry does not know, and wishes only wish: both are shown to the operator.

/// Errors: INVALID_FIELD, OUT_OF_RANGE (more than 10), DUPLICATE. `field` is the path of the list.
absl::Status CheckWants(const std::vector<std::string>& wants, const std::string& field);

/// Those of the line that the team is known to lack. None for a team whose means are not projected yet.
std::vector<std::string> Lacks(const RequestLine& line, const ProjectedTeam& team);

/// The sort of equipment that a line counts; empty when it names none or several.
std::string EquipmentOf(const std::vector<std::string>& must_haves);

/// What the team can bring of what the line counts: people, or pieces of the line's equipment.
int Brings(const RequestLine& line, const ProjectedTeam& team);

}  // namespace muster::dispatch
