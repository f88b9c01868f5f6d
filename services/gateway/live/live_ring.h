#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "services/gateway/live/live_event.h"

namespace muster::gateway {

/// Where to go on reading a ring: from a place on, leaving out what the reader has.
struct RingPosition {
  int64_t place = 1;
  int64_t skip_through = 0;  ///< feed_seq up to which the reader has everything
  bool operator==(const RingPosition&) const = default;
};

/// The last events of one owner, in order of arrival. Real and drill events come by two streams, so their feed_seq
/// may be slightly out of order here. Not thread-safe.
class LiveRing {
 public:
  LiveRing(size_t max_events, size_t max_bytes) : max_events_(max_events), max_bytes_(max_bytes) {}

  /// Forgets everything; all up to `head` is to be read from the owner's feed.
  void Reset(int64_t head);
  /// Appends an event and gives it its place.
  void Add(std::shared_ptr<LiveEvent> event);

  /// Where a reader goes on who has everything up to `cursor`; none when the ring no longer holds what follows.
  std::optional<RingPosition> Locate(int64_t cursor) const;
  /// Up to `limit` events from a place on; none when they are no longer here.
  std::optional<std::vector<std::shared_ptr<const LiveEvent>>> Read(int64_t place, size_t limit) const;

  /// The place that the next event will get.
  int64_t next_place() const { return next_place_; }
  /// The largest feed_seq seen.
  int64_t head() const { return head_; }

 private:
  const size_t max_events_;
  const size_t max_bytes_;
  std::deque<std::shared_ptr<const LiveEvent>> events_;
  size_t bytes_ = 0;
  int64_t next_place_ = 1;
  int64_t base_ = 0;  ///< the ring holds every event with a larger feed_seq
  int64_t head_ = 0;
};

}  // namespace muster::gateway
