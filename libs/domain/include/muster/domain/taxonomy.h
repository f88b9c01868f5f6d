#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "muster/base/clock.h"

namespace muster {

// The lists that say what teams can do and bring along. Each is a file of tab-separated texts that is compiled in
// (libs/domain/src/*.tsv) and that a city may add lines to. Views live as long as the program.

/// A word of a short list: a sort of equipment, something that a team does not do.
struct Term {
  std::string_view code;  ///< "boat"
  std::string_view name_zh;
  std::string_view name_en;
};

/// A capability that may stand in for another.
struct Substitute {
  std::string_view capability;  ///< what is asked for
  std::string_view by;          ///< what may stand in
  int cost = 0;                 ///< 1 to 100: how far it falls short, in percent
};

/// One line of the sheet of what a team must have to hold a capability at a level.
struct Requirement {
  std::string_view capability;
  int level = 0;
  std::string_view kind;  ///< "people", "equipment" or "certificate"
  std::string_view code;  ///< "people", a sort of equipment, or the name of a certificate
  int count = 0;          ///< at least so many; 0: the document says
  std::string_view text_zh;
  std::string_view text_en;
  std::string_view source;  ///< the document
};

/// How long a team may work at something, and how long it rests.
struct RestLimits {
  std::string_view capability;                   ///< empty: all that have no line of their own
  Duration most_work = std::chrono::hours(10);   ///< in any 24 hours, at most 24
  Duration least_rest = std::chrono::hours(11);  ///< between two works, at most 24
};

std::span<const Term> EquipmentKinds();
std::span<const Term> StandingLimits();
/// Null for an unknown code.
const Term* FindEquipmentKind(std::string_view code);
const Term* FindStandingLimit(std::string_view code);

/// Sorted by capability, then in the order of the files.
std::span<const Substitute> Substitutes();
std::span<const Substitute> SubstitutesFor(std::string_view capability);
/// Sorted by capability and level, then in the order of the files.
std::span<const Requirement> Requirements();
std::span<const Requirement> RequirementsOf(std::string_view capability, int level);

/// The limits of a capability, known or not.
const RestLimits& RestLimitsOf(std::string_view capability);

/// Adds what the files of a folder say (capabilities.tsv, equipment.tsv, limits.tsv, substitutes.tsv,
/// requirements.tsv, rest.tsv; each may be missing) to what is compiled in, and takes it for this process. Call it
/// before anything else looks at the lists; an empty name takes what is compiled in. Errors: INVALID_FIELD with file,
/// line and column; nothing is taken then.
absl::Status LoadTaxonomy(const std::filesystem::path& folder);

/// 16 digits that change with every change of the lists: processes with the same mark have the same lists.
std::string TaxonomyMark();

}  // namespace muster
