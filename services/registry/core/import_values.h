#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "muster/base/clock.h"
#include "muster/geo/travel.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// How people write values into sheets. Each answers none for a text that it does not understand.

/// The kind by its Chinese name, its short one or its code ("社会团体", "民非", "association").
std::optional<OrganizationKind> KindFromText(std::string_view text);
/// The kind that the first two characters of a credit code say (GB 32100).
std::optional<OrganizationKind> KindFromCreditCode(std::string_view code);
std::string_view KindNameZh(OrganizationKind kind);

/// The end of a day in Beijing: "2026-12-31", "2026/12/31", "2026年12月31日", "20261231", also with a time behind it,
/// which is left out. The day itself is still included.
std::optional<Time> DayEndFromText(std::string_view text);
/// The last day before such an end, "2026-12-31".
std::string DayBefore(Time end);
/// True for "长期", "none" and the like: no end.
bool MeansNoEnd(std::string_view text);

/// 0 to 5: "5A", "AAAAA", "五A", "5", "未评估".
std::optional<int> RatingFromText(std::string_view text);
std::optional<bool> YesOrNo(std::string_view text);
std::optional<geo::TravelMode> TravelModeFromText(std::string_view text);
std::optional<int> IntFromText(std::string_view text);
std::optional<double> NumberFromText(std::string_view text);

/// The path of a district by path, code or name ("3205/320583", "320583", "昆山市", "苏州市昆山市", "Kunshan"), with
/// the street below it where `street` names one that is known or gives its code.
std::optional<std::string> DistrictFromText(std::string_view text, std::string_view street);

/// The code of a capability that is not a group, by code or Chinese or English name; empty for none.
std::string CapabilityFromText(std::string_view text);

/// The parts between ; ；、, and line ends, trimmed, without empty ones.
std::vector<std::string> ListFromText(std::string_view text);

}  // namespace muster::registry
