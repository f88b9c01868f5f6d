#pragma once

#include <string>

#include "muster/base/clock.h"

namespace muster::cli {

/// What changes between the alerts of the story; the rest of the text is the same.
struct AlertFacts {
  std::string identifier;
  std::string status = "Actual";       ///< or "Exercise"
  std::string message_type = "Alert";  ///< or "Update"
  std::string references = {};         ///< "sender,identifier,sent" of the alert that an Update changes
  std::string severity = "Severe";
  std::string color = "orange";
  Time sent;
};

constexpr char kAlertSender[] = "desk@example.muster";

/// A CAP 1.2 alert about heavy rain in two districts of the demo city, in Chinese and English.
std::string MakeAlert(const AlertFacts& facts);

/// A time as CAP writes it, in UTC: "2026-01-31T08:30:00-00:00".
std::string CapTime(Time time);

}  // namespace muster::cli
