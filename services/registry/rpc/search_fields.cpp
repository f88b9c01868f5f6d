#include "services/registry/rpc/search_fields.h"

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/import_values.h"
#include "services/registry/core/team_rules.h"
#include "services/registry/rpc/wire.h"

namespace muster::registry {
namespace {

constexpr int kWorstLevel = 4;
constexpr double kSmallestRadiusKm = 0.1;
constexpr double kLargestRadiusKm = 200;
constexpr double kMetersInKm = 1000;

}  // namespace

absl::StatusOr<std::optional<CapabilityFilter>> CapabilityFilterFrom(const std::string& capability, int lowest_level) {
  MUSTER_RETURN_IF_ERROR(CheckRange(lowest_level, 0, kWorstLevel, "lowest_level"));
  if (capability.empty() && lowest_level == 0) {
    return std::nullopt;
  }
  MUSTER_RETURN_IF_ERROR(CheckCapabilityCode(capability, "capability"));
  return CapabilityFilter{capability, lowest_level == 0 ? kWorstLevel : lowest_level};
}

absl::StatusOr<std::string> DistrictFilterFrom(const std::string& text, const std::string& field) {
  if (text.empty()) {
    return std::string();
  }
  if (const auto path = DistrictFromText(text, "")) {
    return *path;
  }
  return ErrorWithTexts(Reason::kInvalidField, field,
                        "没有这个区划。请填写市、区的名称、6 位代码或路径，如“昆山市”、320583、3205/320583。",
                        "There is no such district. Give its name, its code of 6 digits or its path: Kunshan, 320583, "
                        "3205/320583.");
}

absl::StatusOr<std::optional<Neighbourhood>> NeighbourhoodFrom(const common::v1::Position* near, double radius_km) {
  if (near == nullptr && radius_km == 0) {
    return std::nullopt;
  }
  if (near == nullptr) {
    return Error(Reason::kInvalidField, "near");
  }
  if (!(radius_km >= kSmallestRadiusKm && radius_km <= kLargestRadiusKm)) {
    return Error(Reason::kOutOfRange, "radius_km", {{"range", "0.1 - 200"}});
  }
  MUSTER_ASSIGN_OR_RETURN(const Location location, FromProto(*near, "near"));
  return Neighbourhood{location.position, radius_km * kMetersInKm};
}

}  // namespace muster::registry
