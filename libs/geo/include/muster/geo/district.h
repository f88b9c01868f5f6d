#pragma once

#include <span>
#include <string_view>

#include "muster/geo/position.h"

namespace muster::geo {

/// A zone of the city (GB/T 2260 code; 320571 is the industrial park's code of statistics).
struct District {
  std::string_view code;     ///< "320583"
  std::string_view path;     ///< "3205/320583": its place in the district tree
  std::string_view name_zh;  ///< "昆山市"
  std::string_view name_en;  ///< "Kunshan"
  Position seat;             ///< seat of its government, good to about a kilometre
};

inline constexpr std::string_view kCityCode = "320500";
/// The root of the district tree, which covers every district.
inline constexpr std::string_view kCityPath = "3205";
inline constexpr std::string_view kCityNameZh = "苏州市";
inline constexpr std::string_view kCityNameEn = "Suzhou";

/// A position farther than this from every seat is not in the city.
inline constexpr double kCityReachMeters = 60'000;

/// The ten zones of Suzhou.
std::span<const District> Districts();

/// By code or by a path that lies in the district ("3205/320583/..."); null when there is none.
const District* FindDistrictByCode(std::string_view code);
const District* FindDistrictByPath(std::string_view path);

/// The zone whose seat is nearest to a valid position. An approximation: near a border it may name the neighbour,
/// and it names a zone for every point of the earth; ask IsNearCity first where that matters.
const District& DistrictAt(const Position& position);

/// True when some seat is within kCityReachMeters.
bool IsNearCity(const Position& position);

}  // namespace muster::geo
