#include "muster/geo/geometry_fault.h"

#include <array>

#include "muster/domain/reason.h"

namespace muster::geo {
namespace {

struct Row {
  std::string_view name;
  std::string_view zh;
  std::string_view en;
};

constexpr auto kRows = std::to_array<Row>({
    {"not_a_number", "坐标不是数字", "a coordinate is not a number"},
    {"latitude_range", "纬度应在 -90 到 90 之间", "the latitude must be from -90 to 90"},
    {"longitude_range", "经度应在 -180 到 180 之间", "the longitude must be from -180 to 180"},
    {"swapped", "经纬度似乎写反了", "latitude and longitude seem to be swapped"},
    {"too_few_points", "多边形至少要有 4 个点", "a polygon needs at least 4 points"},
    {"too_many_points", "多边形最多 10000 个点", "a polygon has at most 10,000 points"},
    {"not_closed", "多边形没有闭合，末点应与首点相同",
     "the polygon is not closed: its last point must equal its first"},
    {"self_crossing", "多边形的边相交", "the sides of the polygon cross or touch each other"},
    {"crosses_180", "图形跨越 180 度经线", "the shape crosses the 180th meridian"},
    {"no_area", "多边形没有面积", "the polygon has no area"},
    {"radius", "半径应为 0 到 20015 公里", "the radius must be from 0 to 20,015 km"},
});

const Row& RowOf(GeometryFault fault) { return kRows[static_cast<size_t>(fault)]; }

}  // namespace

std::string_view Name(GeometryFault fault) { return RowOf(fault).name; }
std::string_view TextZh(GeometryFault fault) { return RowOf(fault).zh; }
std::string_view TextEn(GeometryFault fault) { return RowOf(fault).en; }

absl::Status BadGeometry(GeometryFault fault, const std::string& field) {
  const Row& row = RowOf(fault);
  return ErrorWithTexts(
      Reason::kBadGeometry, field, "字段 " + field + " 的位置或图形不正确：" + std::string(row.zh) + "。请改正坐标。",
      "The position or shape in " + field + " is not valid: " + std::string(row.en) + ". Correct the coordinates.",
      {{"why", std::string(row.name)}});
}

}  // namespace muster::geo
