#include "services/gateway/live/live_ring.h"

#include <algorithm>
#include <utility>

namespace muster::gateway {

void LiveRing::Reset(int64_t head) {
  events_.clear();
  bytes_ = 0;
  ++next_place_;  // a gap: readers that stand at the old end are told that they have lost something
  base_ = head;
  head_ = head;
}

void LiveRing::Add(std::shared_ptr<LiveEvent> event) {
  event->place = next_place_++;
  head_ = std::max(head_, event->feed_seq);
  bytes_ += event->frame->size();
  events_.push_back(std::move(event));
  while (events_.size() > max_events_ || (bytes_ > max_bytes_ && events_.size() > 1)) {
    base_ = std::max(base_, events_.front()->feed_seq);
    bytes_ -= events_.front()->frame->size();
    events_.pop_front();
  }
}

std::optional<RingPosition> LiveRing::Locate(int64_t cursor) const {
  if (cursor == head_ && (events_.empty() || events_.back()->feed_seq == cursor)) {
    return RingPosition{next_place_, 0};
  }
  for (const auto& event : events_) {
    if (event->feed_seq == cursor) {
      return RingPosition{event->place + 1, 0};
    }
  }
  if (cursor < base_) {
    return std::nullopt;
  }
  return RingPosition{events_.empty() ? next_place_ : events_.front()->place, cursor};
}

std::optional<std::vector<std::shared_ptr<const LiveEvent>>> LiveRing::Read(int64_t place, size_t limit) const {
  const int64_t first = events_.empty() ? next_place_ : events_.front()->place;
  if (place < first) {
    return std::nullopt;
  }
  std::vector<std::shared_ptr<const LiveEvent>> found;
  for (size_t i = static_cast<size_t>(place - first); i < events_.size() && found.size() < limit; ++i) {
    found.push_back(events_[i]);
  }
  return found;
}

}  // namespace muster::gateway
