#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "muster/events/event.h"
#include "services/notify/core/commands.h"
#include "services/notify/rpc/dispatch_news.h"

namespace muster::notify {

/// What an event of the registry means for notify: a reminder of what runs out is told to its organization, where the
/// officials of its district see it too. Null for all others. Errors: INVALID_FIELD for a payload that is not what its
/// type says.
absl::StatusOr<std::unique_ptr<Announce>> ReadReminder(const events::FeedEvent& event, const NameCapability& name);

}  // namespace muster::notify
