#pragma once

#include <optional>
#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/domain/mode.h"
#include "services/notify/core/delivery.h"

namespace muster::notify {

/// From when until when.
struct Span {
  Time start{};
  Time end{};
};

/// What a message tells of. None of it is personal.
struct News {
  std::string event;  ///< "OfferInvited"
  Mode mode = Mode::kReal;
  std::string incident_title;  ///< empty when not known
  Text capability;             ///< its name
  int people = 0;              ///< people asked for or booked; 1 or less: a whole team
  std::vector<Span> windows;   ///< when the work is
  std::optional<Time> answer_by;
};

/// What the organization is told, times in China's zone, drills marked. None for events that it need not be told of.
std::optional<Text> TextOf(const News& news);

/// What runs out soon.
enum class Expiring { kCapability, kRating, kRegistration, kCertificate, kInsurance, kInspection };

/// What a reminder tells of.
struct Expiry {
  Expiring what = Expiring::kCapability;
  Text capability;  ///< its name, for kCapability and, where it has one, kCertificate
  Time end{};
  int days = 0;  ///< it ends within so many
};

/// "“水上搜救”的有效期止于 2026年3月1日，不足 30 天。", the day in China's zone.
Text TextOf(const Expiry& expiry);

/// True when somebody must act on it, so that a missing receipt has to be noticed.
bool IsUrgent(const std::string& event);

}  // namespace muster::notify
