#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "muster/common/v1/types.pb.h"
#include "services/cli/app/language.h"

namespace muster::cli {

/// "2026-01-31 16:30:00" in China's zone, UTC+8, wherever the host is; empty for no time.
std::string FormatTime(const google::protobuf::Timestamp& timestamp);
/// The same of an end: one at midnight is shown as the last day before it, "2026-01-31".
std::string FormatEnd(const google::protobuf::Timestamp& timestamp);
/// "01-31 16:30": for narrow columns.
std::string FormatShortTime(const google::protobuf::Timestamp& timestamp);

/// "01-31 16:30 – 02-01 00:30"; further shifts as "(+2)".
template <class Windows>
std::string FormatWindows(const Windows& windows) {
  if (windows.empty()) {
    return {};
  }
  std::string text = FormatShortTime(windows[0].start_time()) + " – " + FormatShortTime(windows[0].end_time());
  return windows.size() == 1 ? text : text + " (+" + std::to_string(windows.size() - 1) + ")";
}

/// "31.30012, 120.58530"; "≈ " before one that is only the centre of a street or district.
std::string FormatPosition(const common::v1::Position& position);

/// "850 m", "12.3 km".
std::string FormatDistance(double metres);

/// "25 min", "2 h 05 min".
std::string FormatTravel(int seconds);

/// The text of a message in both languages.
inline const std::string& In(const common::v1::LocalizedText& text, Language language) {
  return language == Language::kChinese ? text.zh() : text.en();
}

}  // namespace muster::cli
