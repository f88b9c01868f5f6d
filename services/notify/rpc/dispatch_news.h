#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "muster/events/handler.h"
#include "services/notify/core/commands.h"
#include "services/notify/store/notify_command.h"

namespace muster::notify {

/// The name of a capability by its code.
using NameCapability = std::function<Text(const std::string& code)>;

/// What an event of dispatch means for notify; null for events that no organization need hear of.
/// Errors: INVALID_FIELD for a payload that is not what its type says.
absl::StatusOr<std::unique_ptr<Announce>> ReadNews(const events::FeedEvent& event, const NameCapability& name);

/// Turns the events of dispatch and the registry into deliveries.
class DispatchFollower final : public events::DurableHandler {
 public:
  /// `payload` and `random` must outlive it.
  DispatchFollower(NameCapability name, const EventPayload& payload, Random& random)
      : name_(std::move(name)), payload_(payload), random_(random) {}

  absl::StatusOr<std::unique_ptr<storage::Command>> Handle(const events::FeedEvent& event) override;

 private:
  const NameCapability name_;
  const EventPayload& payload_;
  Random& random_;
};

}  // namespace muster::notify
