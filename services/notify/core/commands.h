#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "muster/domain/principal.h"
#include "services/notify/core/delivery.h"

namespace muster::notify {

/// What a command has read; each says which of it.
struct Facts {
  std::vector<Delivery> deliveries;
  std::map<DeliveryId, Schedule> schedules;  ///< of those that await a receipt
};

/// Where and by whom a command is decided.
struct Context {
  Time now{};
  Principal principal;
  Random* random = nullptr;
};

/// A delivery before and after a command, and the event that tells of it.
struct Changed {
  std::optional<Delivery> before;  ///< none for a new one
  Delivery after;
  std::string event;  ///< "DeliveryReceipted"; empty: nobody else need hear of it
};

/// When a delivery is looked at again, all else as it was.
struct Postponed {
  DeliveryId id;
  std::optional<Time> next_time;
};

/// Everything that a command changes.
struct NotifyChanges {
  std::vector<Changed> deliveries;
  std::vector<Schedule> scheduled;      ///< new or replaced
  std::vector<DeliveryId> unscheduled;  ///< no receipt is awaited any more
  std::vector<Postponed> postponed;
  std::string note;  ///< why, for the audit trail
};

/// What an event says to an organization.
struct Notice {
  EventId event_id;
  std::string event_type;
  std::string subject_id;
  IncidentId incident_id;
  OrganizationId organization_id;
  Mode mode = Mode::kReal;
  std::string district_path;
  Text text;
  bool urgent = false;
};

/// What an event does to earlier deliveries about the same object that still await their receipt.
enum class Settlement {
  kNone,
  kRead,        ///< the organization acted on it, so it knows
  kSuperseded,  ///< it no longer holds, or an operator did for the organization what it asks
};

/// Tells an organization of an event. Reads the pending deliveries about `subject_id`.
struct Announce {
  std::string subject_id;
  Settlement settlement = Settlement::kNone;
  std::optional<Notice> notice;
};

/// A receipt: delivered or read. Reads the delivery and its schedule. A receipt that is known already changes nothing.
/// Errors: NOT_FOUND, FORBIDDEN (an official who is no operator), INVALID_FIELD (state).
struct Acknowledge {
  DeliveryId id;
  DeliveryState state = DeliveryState::kDelivered;
};

/// What a round of sending did. Reads the deliveries of `sent` and their schedules.
struct RecordAttempts {
  std::vector<DeliveryId> sent;
  std::vector<DeliveryId> parked;   ///< nobody of the organization is listening
  std::vector<DeliveryId> delayed;  ///< the listener's queue is full
};

/// Tells people that no receipt came. Reads the delivery and its schedule.
struct Escalate {
  DeliveryId id;
};

absl::StatusOr<NotifyChanges> Decide(const Announce& command, const Facts& facts, const Context& context);
absl::StatusOr<NotifyChanges> Decide(const Acknowledge& command, const Facts& facts, const Context& context);
absl::StatusOr<NotifyChanges> Decide(const RecordAttempts& command, const Facts& facts, const Context& context);
absl::StatusOr<NotifyChanges> Decide(const Escalate& command, const Facts& facts, const Context& context);

}  // namespace muster::notify
