#include "services/dispatch/core/shifts.h"

#include <chrono>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"

namespace muster::dispatch {
namespace {

constexpr Duration kZone = std::chrono::hours(8);
constexpr int kMaxDays = 60;
constexpr int kMinutesOfDay = 24 * 60;

absl::Status CheckRange(int value, int low, int high, const std::string& field) {
  return value >= low && value <= high
             ? absl::OkStatus()
             : Error(Reason::kOutOfRange, field, {{"range", std::to_string(low) + " - " + std::to_string(high)}});
}

}  // namespace

absl::StatusOr<std::vector<Window>> ExpandShifts(const RepeatingShift& shifts, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckRange(shifts.days, 1, kMaxDays, field + ".days"));
  MUSTER_RETURN_IF_ERROR(CheckRange(shifts.start_minute, 0, kMinutesOfDay - 1, field + ".start_minute"));
  MUSTER_RETURN_IF_ERROR(CheckRange(shifts.length_minutes, 1, kMinutesOfDay, field + ".length_minutes"));
  const Time midnight = std::chrono::floor<std::chrono::days>(shifts.first_day + kZone) - kZone;
  std::vector<Window> windows;
  for (int day = 0; day < shifts.days; ++day) {
    const Time start = midnight + std::chrono::days(day) + std::chrono::minutes(shifts.start_minute);
    windows.push_back({start, start + std::chrono::minutes(shifts.length_minutes)});
  }
  return windows;
}

}  // namespace muster::dispatch
