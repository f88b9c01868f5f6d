#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "muster/base/clock.h"
#include "muster/geo/travel.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// How people write values into sheets, in full-width or half-width characters. Each answers none for a text that it
/// does not understand.

/// The kind by its Chinese name, its short one or its code ("社会团体", "民非", "association", "Service agency"); a
/// name with another in brackets is the kind of either.
std::optional<OrganizationKind> KindFromText(std::string_view text);
/// The kind that the first two characters of a credit code say (GB 32100).
std::optional<OrganizationKind> KindFromCreditCode(std::string_view code);
std::string_view KindNameZh(OrganizationKind kind);

/// True for "长期", "none" and the like: no end.
bool MeansNoEnd(std::string_view text);

/// How a sheet tells of the standing of what a row is about.
struct ListedState {
  std::string_view word;  ///< as sheets have it: "注销登记", "withdrawn"
  bool active = false;    ///< it may be stored as what is in order
  std::string_view zh;    ///< as people are told of it: "注销"
  std::string_view en;
};
/// Null for a word that is not understood.
const ListedState* ListedStateFromText(std::string_view text);
/// The word for a state of an organization that exports write and imports understand; the code itself in English.
std::string StateWord(std::string_view state, bool english);

/// 0 to 5: "5A", "AAAAA", "五A", "AAAA级", "5", "未评估".
std::optional<int> RatingFromText(std::string_view text);
std::optional<bool> YesOrNo(std::string_view text);
std::optional<geo::TravelMode> TravelModeFromText(std::string_view text);
/// How the way of travel is written in a sheet.
std::string_view TravelModeWord(geo::TravelMode mode);
std::optional<int> IntFromText(std::string_view text);
/// A whole number as people write it: "8", "8.0", "８人", "2级", "30分钟".
std::optional<int> CountFromText(std::string_view text);
std::optional<double> NumberFromText(std::string_view text);

/// The path of a district by path, code or name ("3205/320583", "320583", "昆山市", "苏州市昆山市", "Kunshan"), with
/// the street below it where `street` names one that is known or gives its code.
std::optional<std::string> DistrictFromText(std::string_view text, std::string_view street);

/// A language by its tag (BCP 47) or its Chinese name: "wuu", "苏州话"; what is unknown as it is.
std::string LanguageFromText(std::string_view text);
/// Its Chinese name, where it has one here, else the tag.
std::string_view LanguageWord(std::string_view tag);

/// The code of a capability that is not a group, by code or Chinese or English name; empty for none.
std::string CapabilityFromText(std::string_view text);

/// The parts between ; ；、, and line ends, trimmed, without empty ones.
std::vector<std::string> ListFromText(std::string_view text);

}  // namespace muster::registry
