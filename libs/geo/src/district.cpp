#include "muster/geo/district.h"

#include <algorithm>
#include <array>

#include "muster/geo/distance.h"

namespace muster::geo {
namespace {

constexpr std::array<District, 10> kDistricts{{
    {"320505", "3205/320505", "虎丘区", "Huqiu", {31.2953, 120.5733}},
    {"320506", "3205/320506", "吴中区", "Wuzhong", {31.2622, 120.6317}},
    {"320507", "3205/320507", "相城区", "Xiangcheng", {31.3690, 120.6424}},
    {"320508", "3205/320508", "姑苏区", "Gusu", {31.3367, 120.6173}},
    {"320509", "3205/320509", "吴江区", "Wujiang", {31.1386, 120.6453}},
    {"320571", "3205/320571", "苏州工业园区", "Suzhou Industrial Park", {31.3187, 120.7236}},
    {"320581", "3205/320581", "常熟市", "Changshu", {31.6537, 120.7526}},
    {"320582", "3205/320582", "张家港市", "Zhangjiagang", {31.8756, 120.5550}},
    {"320583", "3205/320583", "昆山市", "Kunshan", {31.3846, 120.9810}},
    {"320585", "3205/320585", "太仓市", "Taicang", {31.4577, 121.1306}},
}};

}  // namespace

std::span<const District> Districts() { return kDistricts; }

const District* FindDistrictByCode(std::string_view code) {
  const auto found = std::find_if(kDistricts.begin(), kDistricts.end(), [&](const auto& d) { return d.code == code; });
  return found == kDistricts.end() ? nullptr : &*found;
}

const District* FindDistrictByPath(std::string_view path) {
  for (const District& district : kDistricts) {
    const bool inside = path.starts_with(district.path);
    if (inside && (path.size() == district.path.size() || path[district.path.size()] == '/')) {
      return &district;
    }
  }
  return nullptr;
}

const District& DistrictAt(const Position& position) {
  return *std::min_element(kDistricts.begin(), kDistricts.end(), [&](const District& a, const District& b) {
    return DistanceMeters(a.seat, position) < DistanceMeters(b.seat, position);
  });
}

bool IsNearCity(const Position& position) {
  return DistanceMeters(DistrictAt(position).seat, position) <= kCityReachMeters;
}

}  // namespace muster::geo
