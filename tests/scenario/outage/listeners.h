#pragma once

#include <atomic>
#include <list>
#include <string>
#include <thread>

#include "tests/scenario/kill/insistent.h"
#include "tests/scenario/outage/load.h"

namespace muster::testing {

/// The device of each organization's manager: it listens, comes back whenever the line is cut, and tells the load what
/// it hears.
class Listeners {
 public:
  Listeners(const Deployment& deployment, const World& world, Load& load);
  ~Listeners();
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;

  /// True when each has a line.
  bool AllListen() const { return listening_ == lines_.size(); }

 private:
  void Run(size_t organization, Insistent& line);
  void Listen(size_t organization, Insistent& line);

  Load& load_;
  std::list<Insistent> lines_;
  std::atomic<size_t> listening_ = 0;
  std::atomic<bool> stopping_ = false;
  std::list<std::thread> threads_;
};

}  // namespace muster::testing
