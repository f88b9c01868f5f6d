#pragma once

#include <span>
#include <string_view>

#include "muster/geo/position.h"

namespace muster::geo {

/// A street or town of the city, from src/streets.tsv, which a city extends.
struct Street {
  std::string_view code;     ///< "320583107"
  std::string_view path;     ///< "3205/320583/320583107"
  std::string_view name_zh;  ///< "周庄镇"
  std::string_view name_en;  ///< "Zhouzhuang"
  Position centre;           ///< good to 1 to 2 km
};

std::span<const Street> Streets();

/// The street that a path is or lies in; null when it is not known.
const Street* FindStreetByPath(std::string_view path);
/// By code or name, among those of a district ("3205/320583"); null when there is none.
const Street* FindStreet(std::string_view district_path, std::string_view code_or_name);
/// The street of a district whose name an address holds; null when it holds none.
const Street* FindStreetInAddress(std::string_view district_path, std::string_view address);

}  // namespace muster::geo
