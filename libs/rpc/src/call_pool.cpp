#include "call_pool.h"

#include <algorithm>
#include <utility>

#include "muster/rpc/peer.h"

namespace muster::rpc {
namespace {

constexpr int kMostShedClasses = kCriticalityClasses - 1;  // what lives hang on is never shed

size_t Index(Criticality criticality) { return static_cast<size_t>(criticality); }

}  // namespace

CallPool::CallPool(const CallPoolOptions& options, const Clock& clock) : options_(options), clock_(clock) {
  const int threads = std::max(options.threads, 1);
  thread_limits_ = {threads, std::max(threads - 1, 1), std::max(threads * 3 / 4, 1), std::max(threads / 4, 1)};
  since_ = clock.Steady();
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

CallPool::~CallPool() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

bool CallPool::TryPost(Criticality criticality, std::function<void()> work) {
  {
    MutexLock lock(mutex_);
    const Duration now = clock_.Steady();
    Observe(now);
    std::deque<Item>& queue = queues_[Index(criticality)];
    if (stopping_ || IsShed(criticality) || queue.size() >= options_.queue_limit) {
      return false;
    }
    queue.push_back({std::move(work), now});
  }
  wake_.NotifyOne();
  return true;
}

bool CallPool::Admits(Criticality criticality) {
  MutexLock lock(mutex_);
  Observe(clock_.Steady());
  return !IsShed(criticality);
}

bool CallPool::IsShed(Criticality criticality) const {
  return static_cast<int>(criticality) >= kCriticalityClasses - shed_classes_;
}

size_t CallPool::QueueLength() const {
  MutexLock lock(mutex_);
  size_t length = 0;
  for (const auto& queue : queues_) {
    length += queue.size();
  }
  return length;
}

std::optional<size_t> CallPool::NextClass() const {
  for (size_t i = 0; i < queues_.size(); ++i) {
    if (!queues_[i].empty() && running_[i] < thread_limits_[i]) {
      return i;
    }
  }
  return std::nullopt;
}

std::optional<size_t> CallPool::WaitingClass(Duration now) const {
  for (size_t i = 0; i < queues_.size(); ++i) {
    if (!queues_[i].empty() && now - queues_[i].front().queued > options_.shed_delay) {
      return i;
    }
  }
  return std::nullopt;
}

void CallPool::Observe(Duration now) {
  const std::optional<size_t> waiting = WaitingClass(now);
  if (waiting.has_value() != waiting_long_) {
    waiting_long_ = waiting.has_value();
    since_ = now;
    return;
  }
  if (now - since_ < options_.shed_window) {
    return;
  }
  since_ = now;
  if (!waiting.has_value()) {
    shed_classes_ = std::max(shed_classes_ - 1, 0);
  } else if (shed_classes_ < std::min(kMostShedClasses, kCriticalityClasses - static_cast<int>(*waiting))) {
    ++shed_classes_;
  }
}

void CallPool::Run() {
  InPlaceScope in_place;
  for (;;) {
    std::function<void()> work;
    size_t which = 0;
    {
      MutexLock lock(mutex_);
      std::optional<size_t> next = NextClass();
      while (!next.has_value() && !stopping_) {
        wake_.Wait(mutex_);
        next = NextClass();
      }
      if (!next.has_value()) {
        return;
      }
      which = *next;
      Observe(clock_.Steady());
      work = std::move(queues_[which].front().work);
      queues_[which].pop_front();
      ++running_[which];
    }
    work();
    work = nullptr;
    bool more = false;
    {
      MutexLock lock(mutex_);
      --running_[which];
      more = !queues_[which].empty();
    }
    if (more) {
      wake_.NotifyOne();  // a call of this class may have waited for its thread limit
    }
  }
}

}  // namespace muster::rpc
