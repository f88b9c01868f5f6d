#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/events/event.h"
#include "muster/storage/command.h"

namespace muster::events {

/// Applies events to a database. Called by one thread at a time.
class DurableHandler {
 public:
  virtual ~DurableHandler() = default;

  /// The change that `event` asks for; null when it is none of this consumer's concern. The consumer runs it in one
  /// transaction with its own rows, so that it happens once, in the order of the owner's feed. An error, here or from
  /// the command's Decide, is tried again five times (an UNAVAILABLE one for as long as it takes); then the event is
  /// put aside as a dead letter and the rest goes on.
  virtual absl::StatusOr<std::unique_ptr<storage::Command>> Handle(const FeedEvent& event) = 0;

  /// The owner no longer keeps what comes next. Takes a snapshot again where there is one to take, and answers the
  /// feed_seq that it contains; 0: go on with the oldest event that is kept.
  virtual absl::StatusOr<int64_t> Resync(const std::string& /*owner*/) { return 0; }
};

/// Applies events to memory. Called by one thread at a time.
class MemoryHandler {
 public:
  virtual ~MemoryHandler() = default;

  /// Applies `event`; called in the order of the owner's feed, once per event and run of the process. Errors as
  /// DurableHandler::Handle.
  virtual absl::Status Apply(const FeedEvent& event) = 0;

  /// As DurableHandler::Resync. Also called for each owner before its first event, unless the consumer was given a
  /// position: 0 then replays all that is kept.
  virtual absl::StatusOr<int64_t> Resync(const std::string& owner) = 0;
};

}  // namespace muster::events
