#include "services/notify/core/commands.h"

#include <algorithm>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"

namespace muster::notify {
namespace {

/// How long a listener whose queue is full is left alone.
constexpr Duration kDelay = std::chrono::seconds(1);

Delivery& Change(const Delivery& before, std::string event, Time now, NotifyChanges& changes) {
  Delivery after = before;
  after.version = before.version + 1;
  after.update_time = now;
  changes.deliveries.push_back({before, std::move(after), std::move(event)});
  return changes.deliveries.back().after;
}

/// Ends the wait for a receipt.
Delivery& Settle(const Delivery& before, DeliveryState state, const Facts& facts, std::string event, Time now,
                 NotifyChanges& changes) {
  Delivery& after = Change(before, std::move(event), now, changes);
  after.state = state;
  if (const auto schedule = facts.schedules.find(before.id); schedule != facts.schedules.end()) {
    after.attempts = schedule->second.attempts;
    changes.unscheduled.push_back(before.id);
  }
  if (state != DeliveryState::kFailed && !after.delivered_time) {
    after.delivered_time = now;
  }
  if (state == DeliveryState::kRead) {
    after.read_time = now;
  }
  return after;
}

void SettleEarlier(const Announce& command, const Facts& facts, Time now, NotifyChanges& changes) {
  if (command.settlement == Settlement::kNone) {
    return;
  }
  const bool is_read = command.settlement == Settlement::kRead;
  for (const Delivery& delivery : facts.deliveries) {
    if (IsPending(delivery.state)) {
      Settle(delivery, is_read ? DeliveryState::kRead : DeliveryState::kFailed, facts,
             is_read ? "DeliveryReceipted" : "DeliverySuperseded", now, changes);
      changes.note = is_read ? "the organization acted on it" : "overtaken by a later event";
    }
  }
}

Delivery MakeDelivery(const Notice& notice, const Context& context) {
  Delivery delivery;
  delivery.id = DeliveryId(NewUuid(context.now, *context.random));
  delivery.version = 1;
  delivery.create_time = delivery.update_time = context.now;
  delivery.event_id = notice.event_id;
  delivery.event_type = notice.event_type;
  delivery.subject_id = notice.subject_id;
  delivery.incident_id = notice.incident_id;
  delivery.organization_id = notice.organization_id;
  delivery.mode = notice.mode;
  delivery.text_zh = notice.text.zh;
  delivery.text_en = notice.text.en;
  delivery.district_path = notice.district_path;
  return delivery;
}

}  // namespace

absl::StatusOr<NotifyChanges> Decide(const Announce& command, const Facts& facts, const Context& context) {
  NotifyChanges changes;
  SettleEarlier(command, facts, context.now, changes);
  if (command.notice) {
    Delivery delivery = MakeDelivery(*command.notice, context);
    Schedule schedule{delivery.id, delivery.organization_id, 0, context.now, std::nullopt};
    if (command.notice->urgent) {
      schedule.escalate_time = context.now + kEscalateAfter;
    }
    changes.scheduled.push_back(std::move(schedule));
    changes.deliveries.push_back({std::nullopt, std::move(delivery), "DeliveryQueued"});
  }
  return changes;
}

absl::StatusOr<NotifyChanges> Decide(const Acknowledge& command, const Facts& facts, const Context& context) {
  if (command.state != DeliveryState::kDelivered && command.state != DeliveryState::kRead) {
    return Error(Reason::kInvalidField, "state");
  }
  if (facts.deliveries.empty()) {
    return Error(Reason::kNotFound);
  }
  const Delivery& delivery = facts.deliveries.front();
  MUSTER_RETURN_IF_ERROR(CheckVisible(context.principal, delivery, context.now));
  const bool own = context.principal.organization_id == delivery.organization_id;
  if (!own && !context.principal.IsOperator()) {
    return Error(Reason::kForbidden, {}, {{"action", "AcknowledgeDelivery"}});
  }
  NotifyChanges changes;
  const bool is_known = delivery.state == command.state || delivery.state == DeliveryState::kRead;
  if (!is_known) {
    MUSTER_RETURN_IF_ERROR(CheckMove(delivery.state, command.state));
    Settle(delivery, command.state, facts, "DeliveryReceipted", context.now, changes);
  }
  return changes;
}

absl::StatusOr<NotifyChanges> Decide(const RecordAttempts& command, const Facts& facts, const Context& context) {
  NotifyChanges changes;
  for (const Delivery& delivery : facts.deliveries) {
    const auto found = facts.schedules.find(delivery.id);
    if (!IsPending(delivery.state) || found == facts.schedules.end()) {
      continue;  // the receipt was faster
    }
    Schedule schedule = found->second;
    ++schedule.attempts;
    schedule.next_time = context.now + WaitAfter(schedule.attempts);
    if (delivery.state == DeliveryState::kQueued) {
      Delivery& after = Change(delivery, "", context.now, changes);
      after.state = DeliveryState::kSent;
      after.attempts = schedule.attempts;
    }
    changes.scheduled.push_back(std::move(schedule));
  }
  for (const DeliveryId& id : command.parked) {
    changes.postponed.push_back({id, std::nullopt});
  }
  for (const DeliveryId& id : command.delayed) {
    changes.postponed.push_back({id, context.now + kDelay});
  }
  return changes;
}

absl::StatusOr<NotifyChanges> Decide(const Escalate& command, const Facts& facts, const Context& context) {
  NotifyChanges changes;
  const auto found = facts.schedules.find(command.id);
  if (facts.deliveries.empty() || found == facts.schedules.end() || !IsPending(facts.deliveries.front().state)) {
    return changes;  // the receipt was faster
  }
  Delivery& after = Change(facts.deliveries.front(), "DeliveryEscalated", context.now, changes);
  after.escalated = true;
  after.attempts = found->second.attempts;
  Schedule schedule = found->second;
  schedule.escalate_time.reset();
  changes.scheduled.push_back(std::move(schedule));
  changes.note = "no receipt within five minutes";
  return changes;
}

}  // namespace muster::notify
