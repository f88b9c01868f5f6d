#pragma once

#include <functional>
#include <string>
#include <thread>

#include "muster/base/clock.h"
#include "muster/base/mutex.h"

namespace muster::events {

/// A thread that drives one object with a Step: calls it, sleeps for as long as it answers or until woken, and calls
/// again. In tests and in the simulator a schedule takes its place.
class StepDriver {
 public:
  using Step = std::function<Duration(Time now)>;

  /// Starts at once. `name`: at most 15 characters, shown by the system for the thread.
  StepDriver(std::string name, const Clock& clock, Step step);
  /// Waits for the running step.
  ~StepDriver();
  StepDriver(const StepDriver&) = delete;
  StepDriver& operator=(const StepDriver&) = delete;

  /// The next step comes at once. Thread-safe, does not block.
  void Wake();
  /// No step begins from now on; returns when the running one has ended.
  void Stop();

 private:
  void Run();
  /// False when stopped.
  bool Sleep(Duration duration);

  const std::string name_;
  const Clock& clock_;
  const Step step_;
  Mutex mutex_;
  CondVar changed_;
  bool is_woken_ MUSTER_GUARDED_BY(mutex_) = false;
  bool is_stopping_ MUSTER_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace muster::events
