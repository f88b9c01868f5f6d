#include "services/notify/rpc/registry_news.h"

#include <optional>

#include "muster/domain/reason.h"
#include "muster/registry/v1/readiness.pb.h"
#include "services/notify/core/texts.h"

namespace muster::notify {
namespace {

/// None for a kind that this version does not know.
std::optional<Expiring> WhatExpires(registry::v1::ReminderKind kind) {
  switch (kind) {
    case registry::v1::REMINDER_KIND_CAPABILITY:
      return Expiring::kCapability;
    case registry::v1::REMINDER_KIND_RATING:
      return Expiring::kRating;
    case registry::v1::REMINDER_KIND_REGISTRATION:
      return Expiring::kRegistration;
    case registry::v1::REMINDER_KIND_CERTIFICATE:
      return Expiring::kCertificate;
    case registry::v1::REMINDER_KIND_INSURANCE:
      return Expiring::kInsurance;
    case registry::v1::REMINDER_KIND_INSPECTION:
      return Expiring::kInspection;
    default:
      return std::nullopt;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Announce>> ReadReminder(const events::FeedEvent& event, const NameCapability& name) {
  registry::v1::ExpiryReminderEvent message;
  if (event.data_type != message.GetTypeName()) {
    return nullptr;
  }
  if (!message.ParseFromString(event.data)) {
    return Error(Reason::kInvalidField, "data");
  }
  const registry::v1::Reminder& reminder = message.reminder();
  const std::optional<Expiring> what = WhatExpires(reminder.kind());
  if (!what || reminder.organization_id().empty()) {
    return nullptr;
  }
  Expiry expiry{*what, {}, FromMicros(reminder.end_time().seconds() * 1'000'000), reminder.days()};
  if (*what == Expiring::kCapability || (*what == Expiring::kCertificate && !reminder.detail().empty())) {
    expiry.capability = name(reminder.detail());
  }
  auto announce = std::make_unique<Announce>();
  announce->subject_id = event.subject;
  Notice& notice = announce->notice.emplace();
  notice.event_id = event.id;
  notice.event_type = event.type;
  notice.subject_id = event.subject;
  notice.organization_id = OrganizationId(reminder.organization_id());
  notice.mode = event.mode;
  notice.district_path = event.district_path;
  notice.text = TextOf(expiry);
  return announce;
}

}  // namespace muster::notify
