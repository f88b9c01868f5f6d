#pragma once

#include <string>
#include <vector>

#include "muster/events/event.h"
#include "muster/storage/command.h"

namespace muster::events {

/// Modes as bits, by the enum's values.
constexpr unsigned kAllModes = 7;

/// Reads committed events in the order of the feed; their previous_feed_seq stays 0. `events` must outlive the read.
storage::Read ReadOutbox(const std::string& owner, int64_t after, int64_t limit, unsigned modes,
                         std::vector<FeedEvent>& events);

}  // namespace muster::events
