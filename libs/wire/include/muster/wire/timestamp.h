#pragma once

#include "google/protobuf/timestamp.pb.h"
#include "muster/base/clock.h"

namespace muster {

/// Exact, before 1970 too: `nanos` is never negative, as the type asks for.
google::protobuf::Timestamp ToTimestamp(Time time);

/// Cuts to whole microseconds. For messages of our own services: years outside 1 to 9999, which others may send, are
/// to be refused first.
Time ToTime(const google::protobuf::Timestamp& timestamp);

}  // namespace muster
