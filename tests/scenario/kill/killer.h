#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <random>
#include <thread>

namespace muster::testing {

/// Strikes at random moments, from a thread of its own. `strike` is given the number of the round, from 0; false ends
/// it before the last.
class Killer {
 public:
  using Strike = std::function<bool(int round)>;

  Killer(int rounds, unsigned seed, Strike strike)
      : rounds_(rounds), strike_(std::move(strike)), random_(seed), thread_([this] { Run(); }) {}
  ~Killer() { thread_.join(); }
  Killer(const Killer&) = delete;
  Killer& operator=(const Killer&) = delete;
  bool is_done() const { return done_.load(); }

 private:
  void Run() {
    std::uniform_int_distribution<int> pause_ms(50, 900);
    bool goes_on = true;
    for (int round = 0; round < rounds_ && goes_on; ++round) {
      std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms(random_)));
      goes_on = strike_(round);
    }
    done_.store(true);
  }

  const int rounds_;
  const Strike strike_;
  std::mt19937 random_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace muster::testing
