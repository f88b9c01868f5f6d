#include "services/exchange/core/cap_geometry.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "muster/base/status_macros.h"

namespace muster::exchange {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::optional<geo::Position> ReadPair(std::string_view text) {
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos) {
    return std::nullopt;
  }
  const auto latitude = ReadDecimal(text.substr(0, comma));
  const auto longitude = ReadDecimal(text.substr(comma + 1));
  if (!latitude.has_value() || !longitude.has_value()) {
    return std::nullopt;
  }
  return geo::Position{*latitude, *longitude};
}

absl::Status AddGeometryFault(FaultList& faults, const std::string& path, FaultCode code, geo::GeometryFault fault) {
  return faults.Add(path, code, std::string(geo::TextZh(fault)), std::string(geo::TextEn(fault)));
}

/// Closes an open ring, noting the fault.
absl::Status Close(std::vector<geo::Position>& points, const std::string& path, FaultList& faults) {
  if (points.size() < geo::Polygon::kMinPoints - 1 || points.front() == points.back()) {
    return absl::OkStatus();
  }
  points.push_back(points.front());
  return AddGeometryFault(faults, path, FaultCode::kOpenPolygon, geo::GeometryFault::kNotClosed);
}

absl::StatusOr<std::optional<geo::Polygon>> HullOrNone(std::vector<geo::Position> points, const std::string& path,
                                                       FaultList& faults) {
  MUSTER_RETURN_IF_ERROR(
      AddGeometryFault(faults, path, FaultCode::kCrossingPolygon, geo::GeometryFault::kSelfCrossing));
  auto hull = geo::Polygon::Hull(std::move(points), path);
  return hull.ok() ? std::optional(*std::move(hull)) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<geo::Polygon>> ReadCapPolygon(std::string_view text, const std::string& path,
                                                           FaultList& faults) {
  std::vector<geo::Position> points;
  for (const std::string_view piece : SplitAtBlanks(text)) {
    const auto point = ReadPair(piece);
    if (!point.has_value()) {
      MUSTER_RETURN_IF_ERROR(
          faults.Add(path, FaultCode::kBadPolygon, "坐标应写成“纬度,经度”", "positions are written lat,lon"));
      return std::nullopt;
    }
    points.push_back(*point);
  }
  MUSTER_RETURN_IF_ERROR(Close(points, path, faults));
  if (auto polygon = geo::Polygon::Create(points, path); polygon.ok()) {
    return std::optional(*std::move(polygon));
  }
  const auto fault = geo::Polygon::FindFault(points);
  if (fault == geo::GeometryFault::kSelfCrossing) {
    return HullOrNone(std::move(points), path, faults);
  }
  MUSTER_RETURN_IF_ERROR(AddGeometryFault(faults, path, FaultCode::kBadPolygon, *fault));
  return std::nullopt;
}

absl::StatusOr<std::optional<geo::Circle>> ReadCapCircle(std::string_view text, const std::string& path,
                                                         FaultList& faults) {
  constexpr double kMetersPerKilometre = 1000;
  const auto pieces = SplitAtBlanks(text);
  const auto center = pieces.size() == 2 ? ReadPair(pieces[0]) : std::nullopt;
  const auto radius_km = pieces.size() == 2 ? ReadDecimal(pieces[1]) : std::nullopt;
  if (!center.has_value() || !radius_km.has_value()) {
    MUSTER_RETURN_IF_ERROR(faults.Add(path, FaultCode::kBadCircle, "圆应写成“纬度,经度 半径（公里）”",
                                      "a circle is written lat,lon radius (km)"));
    return std::nullopt;
  }
  const geo::Circle circle{*center, *radius_km * kMetersPerKilometre};
  if (const auto fault = geo::FindFault(*center); fault.has_value()) {
    MUSTER_RETURN_IF_ERROR(AddGeometryFault(faults, path, FaultCode::kBadCircle, *fault));
    return std::nullopt;
  }
  if (!geo::Validate(circle, path).ok()) {
    MUSTER_RETURN_IF_ERROR(AddGeometryFault(faults, path, FaultCode::kBadCircle, geo::GeometryFault::kRadius));
    return std::nullopt;
  }
  return std::optional(circle);
}

std::optional<double> ReadDecimal(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  // Neither "nan" and "inf" nor exponents are decimals.
  if (text.empty() || text.find_first_not_of("0123456789.-") != std::string_view::npos) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::vector<std::string_view> SplitAtBlanks(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (size_t start = text.find_first_not_of(kBlanks); start != std::string_view::npos;) {
    const size_t end = text.find_first_of(kBlanks, start);
    pieces.push_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    start = end == std::string_view::npos ? end : text.find_first_not_of(kBlanks, end);
  }
  return pieces;
}

}  // namespace muster::exchange
