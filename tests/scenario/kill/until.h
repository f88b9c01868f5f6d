#pragma once

#include <chrono>
#include <thread>

namespace muster::testing {

/// Tries until it is done; false when it was not within `limit`.
template <class Attempt>
bool Until(const Attempt& attempt, std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!attempt()) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace muster::testing
