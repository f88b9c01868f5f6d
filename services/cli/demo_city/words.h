#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "services/cli/demo_city/draw.h"

namespace muster::demo {

/// The name of the n-th street office, "云溪街道"; different for the first 100.
std::string StreetName(size_t n);
/// A family name and a given name of one or two characters.
std::string PersonName(Draw& draw);
/// The two characters by which an organization is called, "晨曦".
std::string BrandName(Draw& draw);
/// "和平路128号".
std::string RoadAddress(Draw& draw);
/// 1 to 10 as "一" to "十", larger ones in digits.
std::string ChineseNumber(int number);

}  // namespace muster::demo
