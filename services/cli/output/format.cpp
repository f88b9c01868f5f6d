#include "services/cli/output/format.h"

#include <fmt/format.h>

#include <cmath>
#include <ctime>

namespace muster::cli {
namespace {

constexpr std::time_t kSecondsAheadInChina = 8 * 3600;
constexpr std::time_t kSecondsOfADay = 86'400;

/// As clocks in China show it, wherever the host is.
std::string InChina(std::time_t seconds, const char* form) {
  if (seconds == 0) {
    return {};
  }
  seconds += kSecondsAheadInChina;
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  char text[40];
  return std::string(text, std::strftime(text, sizeof text, form, &fields));
}

}  // namespace

std::string FormatTime(const google::protobuf::Timestamp& timestamp) {
  return InChina(timestamp.seconds(), "%Y-%m-%d %H:%M:%S");
}

std::string FormatShortTime(const google::protobuf::Timestamp& timestamp) {
  return InChina(timestamp.seconds(), "%m-%d %H:%M");
}

std::string FormatEnd(const google::protobuf::Timestamp& timestamp) {
  const std::time_t seconds = timestamp.seconds();
  const bool at_midnight = seconds != 0 && (seconds + kSecondsAheadInChina) % kSecondsOfADay == 0;
  return at_midnight ? InChina(seconds - 1, "%Y-%m-%d") : FormatTime(timestamp);
}

std::string FormatPosition(const common::v1::Position& position) {
  return fmt::format("{}{:.5f}, {:.5f}", position.approximate() ? "≈ " : "", position.latitude(), position.longitude());
}

std::string FormatDistance(double metres) {
  return metres < 1000 ? fmt::format("{:.0f} m", metres) : fmt::format("{:.1f} km", metres / 1000);
}

std::string FormatTravel(int seconds) {
  const int minutes = (seconds + 59) / 60;
  return minutes < 60 ? fmt::format("{} min", minutes) : fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

}  // namespace muster::cli
