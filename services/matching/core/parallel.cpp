#include "services/matching/core/parallel.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace muster::matching {

void ForAll(size_t count, size_t threads, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  const auto take = [&] {
    for (size_t i = next++; i < count; i = next++) {
      work(i);
    }
  };
  std::vector<std::thread> others;
  try {
    for (size_t i = 1; i < std::min(threads, count); ++i) {
      others.emplace_back(take);
    }
  } catch (const std::system_error&) {
    // The system gives no more threads: those that there are do the work.
  }
  take();
  for (std::thread& thread : others) {
    thread.join();
  }
}

}  // namespace muster::matching
