#include "stream_pool.h"

#include <utility>

#include "muster/rpc/peer.h"

namespace muster::rpc {

StreamPool::~StreamPool() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  wake_.NotifyAll();
  for (std::thread& thread : threads) {
    thread.join();
  }
}

bool StreamPool::TryPost(std::function<void()> work) {
  MutexLock lock(mutex_);
  const bool all_taken = idle_ <= static_cast<int>(queue_.size());
  if (stopping_ || (all_taken && static_cast<int>(threads_.size()) >= limit_)) {
    return false;
  }
  queue_.push_back(std::move(work));
  if (all_taken) {
    threads_.emplace_back([this] { Run(); });
  } else {
    wake_.NotifyOne();
  }
  return true;
}

void StreamPool::Run() {
  InPlaceScope in_place;
  for (;;) {
    std::function<void()> work;
    {
      MutexLock lock(mutex_);
      ++idle_;
      while (queue_.empty() && !stopping_) {
        wake_.Wait(mutex_);
      }
      --idle_;
      if (queue_.empty()) {
        return;
      }
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

}  // namespace muster::rpc
