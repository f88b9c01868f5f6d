#include "services/cli/parse/position.h"

#include <charconv>
#include <optional>
#include <string>

#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

std::optional<double> NumberOf(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

absl::StatusOr<common::v1::Position> ParsePosition(std::string_view text) {
  const size_t comma = text.find(',');
  const std::optional<double> latitude = NumberOf(text.substr(0, comma));
  const std::optional<double> longitude =
      comma == std::string_view::npos ? std::nullopt : NumberOf(text.substr(comma + 1));
  if (!latitude || !longitude) {
    const std::string given(text);
    return UsageError({"位置“" + given + "”写法不对。请写 纬度,经度，例：31.3,120.62。",
                       "\"" + given + "\" is not a position. Write latitude,longitude: 31.3,120.62."});
  }
  common::v1::Position position;
  position.set_latitude(*latitude);
  position.set_longitude(*longitude);
  return position;
}

}  // namespace muster::cli
