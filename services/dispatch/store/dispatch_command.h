#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/storage/command.h"
#include "services/dispatch/store/reads.h"
#include "services/dispatch/store/writes.h"

namespace muster::dispatch {

/// The answer's bytes, from what was changed and read.
using EncodeReply = std::function<std::string(const DispatchChanges& changes, const Facts& facts)>;

/// A command of the core on its way through the store: reads, decides, and writes objects, audit and events.
template <class CoreCommand>
class DispatchCommand final : public storage::Command {
 public:
  /// `payloads` and `random` must outlive it.
  DispatchCommand(CoreCommand command, Origin origin, EncodeReply encode, const EventPayloads& payloads, Random& random)
      : command_(std::move(command)),
        origin_(std::move(origin)),
        encode_(std::move(encode)),
        payloads_(payloads),
        random_(random) {}

  std::vector<storage::Read> Reads() override {
    facts_ = Facts();
    std::vector<storage::Read> reads = ReadsOf(command_, facts_);
    if (origin_.principal.IsOperator()) {
      reads.push_back(TakenOverAbove(origin_.principal, facts_));
    }
    return reads;
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    const Context context{now, origin_.principal, &random_};
    MUSTER_ASSIGN_OR_RETURN(const DispatchChanges decided, dispatch::Decide(command_, facts_, context));
    MUSTER_RETURN_IF_ERROR(CheckDesk(decided, facts_, context));
    AppendWrites(decided, context, origin_, payloads_, changes);
    changes.reply = encode_ ? encode_(decided, facts_) : std::string();
    return absl::OkStatus();
  }

  std::optional<storage::RepeatKey> repeat_key() const override { return origin_.repeat_key(); }
  std::optional<Duration> steady_deadline() const override { return origin_.steady_deadline; }

 private:
  CoreCommand command_;
  Origin origin_;
  EncodeReply encode_;
  const EventPayloads& payloads_;
  Random& random_;
  Facts facts_;
};

}  // namespace muster::dispatch
