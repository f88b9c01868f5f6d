#pragma once

#include <google/protobuf/timestamp.pb.h>

#include "muster/base/clock.h"
#include "muster/common/v1/types.pb.h"
#include "muster/domain/eligibility.h"

namespace muster::testing {

// What many messages hold, as tests write it. Times are after 1970.

inline google::protobuf::Timestamp ToTimestamp(Time time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(ToMicros(time) / 1'000'000);
  timestamp.set_nanos(static_cast<int32_t>(ToMicros(time) % 1'000'000 * 1000));
  return timestamp;
}

inline common::v1::Window ToWindow(const Window& window) {
  common::v1::Window out;
  *out.mutable_start_time() = ToTimestamp(window.start);
  *out.mutable_end_time() = ToTimestamp(window.end);
  return out;
}

/// A position with all its fields, measured then.
inline common::v1::Position PositionAt(const google::protobuf::Timestamp& time) {
  common::v1::Position position;
  position.set_latitude(31.3);
  position.set_longitude(120.9);
  position.set_coordinate_system(common::v1::COORDINATE_SYSTEM_GCJ02);
  position.set_accuracy_m(10);
  *position.mutable_time() = time;
  return position;
}

/// The name of something in a system of the city.
inline void AddReference(google::protobuf::RepeatedPtrField<common::v1::ExternalReference>& references) {
  common::v1::ExternalReference& reference = *references.Add();
  reference.set_system("city-12345");
  reference.set_id("T-7");
}

}  // namespace muster::testing
