#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/events/origin.h"
#include "muster/storage/command.h"
#include "services/notify/core/commands.h"

namespace muster::notify {

using events::Origin;

/// Makes the payload of a delivery's event; the rpc layer's, because payloads are protobuf messages.
class EventPayload {
 public:
  virtual ~EventPayload() = default;
  virtual std::string data_type() const = 0;
  virtual std::string Of(const Delivery& delivery) const = 0;
};

/// What each command reads, into `facts`, which must outlive the reads.
std::vector<storage::Read> ReadsOf(const Announce& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const Acknowledge& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const RecordAttempts& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const Escalate& command, Facts& facts);

/// Turns what a command changes into rows: deliveries, each with its audit record and its event, and schedules.
void AppendWrites(const NotifyChanges& changes, const Context& context, const Origin& origin,
                  const EventPayload& payload, storage::Changes& out);

/// A command of the core on its way through the store.
template <class CoreCommand>
class NotifyCommand final : public storage::Command {
 public:
  /// Makes the answer's bytes; may be empty.
  using EncodeReply = std::function<std::string(const NotifyChanges& changes, const Facts& facts)>;

  /// `payload` and `random` must outlive it.
  NotifyCommand(CoreCommand command, Origin origin, EncodeReply encode, const EventPayload& payload, Random& random)
      : command_(std::move(command)),
        origin_(std::move(origin)),
        encode_(std::move(encode)),
        payload_(payload),
        random_(random) {}

  std::vector<storage::Read> Reads() override {
    facts_ = Facts();
    return ReadsOf(command_, facts_);
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    const Context context{now, origin_.principal, &random_};
    MUSTER_ASSIGN_OR_RETURN(const NotifyChanges decided, notify::Decide(command_, facts_, context));
    AppendWrites(decided, context, origin_, payload_, changes);
    changes.reply = encode_ ? encode_(decided, facts_) : std::string();
    return absl::OkStatus();
  }

  std::optional<storage::RepeatKey> repeat_key() const override { return origin_.repeat_key(); }
  std::optional<Duration> steady_deadline() const override { return origin_.steady_deadline; }

 private:
  const CoreCommand command_;
  const Origin origin_;
  const EncodeReply encode_;
  const EventPayload& payload_;
  Random& random_;
  Facts facts_;
};

/// An automatic step as a command.
template <class CoreCommand>
std::unique_ptr<storage::Command> Automatic(CoreCommand command, std::string action, std::string traceparent,
                                            const EventPayload& payload, Random& random) {
  Origin origin;
  origin.action = std::move(action);
  origin.traceparent = std::move(traceparent);
  return std::make_unique<NotifyCommand<CoreCommand>>(std::move(command), std::move(origin), nullptr, payload, random);
}

}  // namespace muster::notify
