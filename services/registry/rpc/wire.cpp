#include "services/registry/rpc/wire.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/wire/timestamp.h"
#include "services/registry/core/field_checks.h"

namespace muster::registry {
namespace {

constexpr int64_t kEarliestSecond = -2'208'988'800;  // 1900-01-01
constexpr int64_t kLatestSecond = 7'258'118'400;     // 2200-01-01
constexpr double kMaxAccuracyM = 1'000'000;

geo::CoordinateSystem SystemOf(common::v1::CoordinateSystem system) {
  switch (system) {
    case common::v1::COORDINATE_SYSTEM_GCJ02:
      return geo::CoordinateSystem::kGcj02;
    case common::v1::COORDINATE_SYSTEM_BD09:
      return geo::CoordinateSystem::kBd09;
    default:
      return geo::CoordinateSystem::kWgs84;
  }
}

}  // namespace

absl::StatusOr<Time> FromProto(const google::protobuf::Timestamp& time, const std::string& field) {
  if (time.seconds() < kEarliestSecond || time.seconds() >= kLatestSecond || time.nanos() < 0 ||
      time.nanos() > 999'999'999) {
    return BadTime(field, "不在 1900 年至 2199 年之间", "it is not in the years 1900 to 2199");
  }
  return ToTime(time);
}

void ToProto(Time time, google::protobuf::Timestamp& out) { out = ToTimestamp(time); }

absl::StatusOr<Window> FromProto(const common::v1::Window& window, const std::string& field) {
  if (!window.has_start_time() || !window.has_end_time()) {
    return BadTime(field, "缺少开始或结束", "its start or end is missing");
  }
  MUSTER_ASSIGN_OR_RETURN(const Time start, FromProto(window.start_time(), field + ".start_time"));
  MUSTER_ASSIGN_OR_RETURN(const Time end, FromProto(window.end_time(), field + ".end_time"));
  return Window{start, end};
}

void ToProto(const Window& window, common::v1::Window& out) {
  ToProto(window.start, *out.mutable_start_time());
  ToProto(window.end, *out.mutable_end_time());
}

absl::StatusOr<Location> FromProto(const common::v1::Position& position, const std::string& field) {
  Location location;
  MUSTER_ASSIGN_OR_RETURN(location.position, geo::ToWgs84({position.latitude(), position.longitude()},
                                                          SystemOf(position.coordinate_system()), field));
  if (!(position.accuracy_m() >= 0 && position.accuracy_m() <= kMaxAccuracyM)) {
    return Error(Reason::kOutOfRange, field + ".accuracy_m", {{"range", "0 - 1000000"}});
  }
  location.accuracy_m = position.accuracy_m();
  if (position.has_time()) {
    MUSTER_ASSIGN_OR_RETURN(location.time, FromProto(position.time(), field + ".time"));
  }
  location.approximate = position.approximate();
  return location;
}

void ToProto(const Location& location, common::v1::Position& out) {
  out.set_latitude(location.position.latitude);
  out.set_longitude(location.position.longitude);
  out.set_coordinate_system(common::v1::COORDINATE_SYSTEM_WGS84);
  out.set_accuracy_m(location.accuracy_m);
  if (location.time) {
    ToProto(*location.time, *out.mutable_time());
  }
  out.set_approximate(location.approximate);
}

void KeepOnly(const std::vector<std::string>& paths, google::protobuf::Message& message) {
  std::vector<const google::protobuf::FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  for (const auto* field : set) {
    if (std::find(paths.begin(), paths.end(), field->name()) == paths.end()) {
      message.GetReflection()->ClearField(&message, field);
    }
  }
}

}  // namespace muster::registry
