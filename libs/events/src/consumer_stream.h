#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/events/event.h"

namespace muster::events {

/// What a consumer knows of one owner's events of one mode.
struct ConsumerStream {
  ConsumerStream(std::string the_owner, Mode the_mode)
      : owner(std::move(the_owner)), mode(the_mode), name(StreamName(owner, mode)) {}

  /// An entry that has been read and not been acknowledged.
  struct Waiting {
    std::string id;
    int64_t feed_seq;  ///< 0 for garbage
  };

  const std::string owner;
  const Mode mode;
  const std::string name;
  std::optional<int64_t> start_after;
  bool has_position = false;
  std::atomic<int64_t> position = 0;    ///< everything up to it has been applied
  std::atomic<bool> caught_up = false;  ///< the feed has been applied to its end since the start
  std::string last_id = "0-0";          ///< where a reader without a group goes on
  std::vector<Waiting> waiting;
  std::vector<FeedEvent> arrived;  ///< taken from the bus and about to be applied
  bool needs_feed = false;         ///< something is missing
  Duration feed_retry_at{};        ///< steady; the feed could not be read
  Duration handler_retry_at{};     ///< steady; an event could not be applied
  EventId failing_event;
  int attempts = 0;
};

}  // namespace muster::events
