#include "services/matching/core/reclaimer.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <thread>

namespace muster::matching {
namespace {

/// Looking at all slots costs about a microsecond: it is done once for so many objects.
constexpr size_t kCollectAfter = 1024;

void Destroy(const std::vector<Retired>& retired) {
  for (const Retired& one : retired) {
    one.destroy(one.object);
  }
}

}  // namespace

EpochReclaimer::~EpochReclaimer() {
  for (const Batch& batch : waiting_) {
    Destroy(batch.retired);
  }
}

size_t EpochReclaimer::Pin() {
  static thread_local const size_t first = std::hash<std::thread::id>()(std::this_thread::get_id()) % kSlots;
  for (size_t i = 0;; ++i) {
    Slot& slot = slots_[(first + i) % kSlots];
    uint64_t idle = kIdle;
    // Sequentially consistent, as are the writer's steps: either the writer sees this pin, or this reader sees what
    // the writer published before it looked.
    if (slot.epoch.load(std::memory_order_relaxed) == kIdle &&
        slot.epoch.compare_exchange_strong(idle, epoch_.load())) {
      return (first + i) % kSlots;
    }
    if (i % kSlots == kSlots - 1) {
      std::this_thread::yield();
    }
  }
}

void EpochReclaimer::Retire(std::vector<Retired> retired) {
  waiting_objects_ += retired.size();
  // Readers that pin from here on read a later epoch, and load what has been published already.
  waiting_.push_back({epoch_.fetch_add(1), std::move(retired)});
  if (waiting_objects_ >= kCollectAfter) {
    Collect();
  }
}

void EpochReclaimer::Collect() {
  uint64_t oldest = std::numeric_limits<uint64_t>::max();
  for (const Slot& slot : slots_) {
    const uint64_t epoch = slot.epoch.load();
    oldest = epoch == kIdle ? oldest : std::min(oldest, epoch);
  }
  const auto visible =
      std::find_if(waiting_.begin(), waiting_.end(), [&](const Batch& batch) { return batch.epoch >= oldest; });
  for (auto batch = waiting_.begin(); batch != visible; ++batch) {
    Destroy(batch->retired);
    waiting_objects_ -= batch->retired.size();
  }
  waiting_.erase(waiting_.begin(), visible);
}

}  // namespace muster::matching
