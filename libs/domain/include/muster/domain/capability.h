#pragma once

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster {

/// A kind of work of the taxonomy (capabilities.tsv, to which a city may add: taxonomy.h). Views live as long as the
/// program.
struct Capability {
  std::string_view code;    ///< "psychological_support"
  std::string_view parent;  ///< the wider kind; empty for the widest, which only groups and which no team holds
  bool graded = false;      ///< a rescue speciality with levels 1 to 3; others have 1 to 4
  std::string_view name_zh;
  std::string_view name_en;
  bool added = false;  ///< by the city, not compiled in

  bool IsGroup() const { return parent.empty(); }
  int LowestLevel() const { return graded ? 3 : 4; }
};

/// The whole taxonomy, parents before children.
std::span<const Capability> Capabilities();

/// The capability of a code; null for an unknown one.
const Capability* FindCapability(std::string_view code);

/// The capability that somebody who wrote `text` most likely meant: the one whose code or name takes the fewest changed
/// characters; never a group.
const Capability& NearestCapability(std::string_view text);

/// INVALID_FIELD at `field` when no team can hold `code`: it is unknown, or it is a group. The error says what was
/// most likely meant, in its texts and as metadata "nearest".
absl::Status CheckCapabilityCode(const std::string& code, const std::string& field);

}  // namespace muster
