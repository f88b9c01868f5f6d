#include "services/cli/output/format.h"

#include <fmt/format.h>

#include <cmath>
#include <ctime>

namespace muster::cli {
namespace {

std::string Local(const google::protobuf::Timestamp& timestamp, const char* form) {
  if (timestamp.seconds() == 0) {
    return {};
  }
  const std::time_t seconds = timestamp.seconds();
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[40];
  return std::string(text, std::strftime(text, sizeof text, form, &local));
}

}  // namespace

std::string FormatTime(const google::protobuf::Timestamp& timestamp) { return Local(timestamp, "%Y-%m-%d %H:%M:%S"); }

std::string FormatShortTime(const google::protobuf::Timestamp& timestamp) { return Local(timestamp, "%m-%d %H:%M"); }

std::string FormatPosition(const common::v1::Position& position) {
  return fmt::format("{:.5f}, {:.5f}", position.latitude(), position.longitude());
}

std::string FormatDistance(double metres) {
  return metres < 1000 ? fmt::format("{:.0f} m", metres) : fmt::format("{:.1f} km", metres / 1000);
}

std::string FormatTravel(int seconds) {
  const int minutes = (seconds + 59) / 60;
  return minutes < 60 ? fmt::format("{} min", minutes) : fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

}  // namespace muster::cli
