#include "muster/wire/timestamp.h"

namespace muster {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

}  // namespace

google::protobuf::Timestamp ToTimestamp(Time time) {
  const int64_t micros = ToMicros(time);
  const int64_t rest = ((micros % kMicrosPerSecond) + kMicrosPerSecond) % kMicrosPerSecond;
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds((micros - rest) / kMicrosPerSecond);
  timestamp.set_nanos(static_cast<int32_t>(rest) * 1000);
  return timestamp;
}

Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return FromMicros(timestamp.seconds() * kMicrosPerSecond + timestamp.nanos() / 1000);
}

}  // namespace muster
