#include "clock_offset.h"

#ifdef MUSTER_FAILPOINTS
#include <atomic>
#include <cstdlib>
#include <fstream>

namespace muster {
namespace {

constexpr Duration kInterval = std::chrono::milliseconds(100);

Duration ReadOffset(const char* file) {
  int64_t seconds = 0;
  std::ifstream(file) >> seconds;
  return std::chrono::seconds(seconds);
}

}  // namespace

Duration ClockOffset(Duration steady) {
  static const char* const file = std::getenv("MUSTER_CLOCK_OFFSET_FILE");
  static std::atomic<int64_t> offset_us = file == nullptr ? 0 : ReadOffset(file).count();
  static std::atomic<int64_t> next_us = 0;
  if (file != nullptr && steady.count() >= next_us.load()) {
    next_us = (steady + kInterval).count();
    offset_us = ReadOffset(file).count();
  }
  return Duration(offset_us.load());
}

}  // namespace muster
#else
namespace muster {
Duration ClockOffset(Duration) { return Duration::zero(); }
}  // namespace muster
#endif
