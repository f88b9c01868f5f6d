#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/mode.h"
#include "muster/domain/principal.h"
#include "muster/domain/states.h"

namespace muster::notify {

/// A sentence in both languages.
struct Text {
  std::string zh;
  std::string en;
  bool operator==(const Text&) const = default;
};

/// One message to one organization.
struct Delivery {
  DeliveryId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  EventId event_id;        ///< the event that it tells of
  std::string event_type;  ///< "muster.dispatch.v1.OfferInvited"
  std::string subject_id;  ///< the offer or assignment
  IncidentId incident_id;
  OrganizationId organization_id;  ///< for whom it is
  DeliveryState state = DeliveryState::kQueued;
  int32_t attempts = 0;  ///< how often it had been sent when its state last changed
  std::optional<Time> delivered_time;
  std::optional<Time> read_time;
  Mode mode = Mode::kReal;
  std::string text_zh;
  std::string text_en;
  std::string district_path;  ///< of the incident
  bool escalated = false;     ///< people were told that no receipt came
};

/// When a delivery without a receipt is sent again.
struct Schedule {
  DeliveryId id;
  OrganizationId organization_id;
  int32_t attempts = 0;
  std::optional<Time> next_time;      ///< none: nobody of the organization is listening
  std::optional<Time> escalate_time;  ///< none: not urgent, or escalated already
};

/// True while a receipt is awaited.
inline bool IsPending(DeliveryState state) { return state == DeliveryState::kQueued || state == DeliveryState::kSent; }

/// How long to wait for a receipt after the n-th sending: 2, 5, 10, 30, then 60 s.
Duration WaitAfter(int attempts);
/// The longest of these.
constexpr Duration kLongestWait = std::chrono::seconds(60);
/// After this long without a receipt people are told of an urgent delivery.
constexpr Duration kEscalateAfter = std::chrono::minutes(5);

/// NOT_FOUND unless it is for the principal's organization, in an official's district, or of an incident that was
/// granted to it.
absl::Status CheckVisible(const Principal& principal, const Delivery& delivery, Time now);

}  // namespace muster::notify
