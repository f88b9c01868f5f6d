#include "muster/events/driver.h"

#include <pthread.h>

#include <utility>

namespace muster::events {

StepDriver::StepDriver(std::string name, const Clock& clock, Step step)
    : name_(std::move(name)), clock_(clock), step_(std::move(step)), thread_([this] { Run(); }) {}

StepDriver::~StepDriver() { Stop(); }

void StepDriver::Wake() {
  {
    MutexLock lock(mutex_);
    is_woken_ = true;
  }
  changed_.NotifyAll();
}

void StepDriver::Stop() {
  {
    MutexLock lock(mutex_);
    is_stopping_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void StepDriver::Run() {
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  while (Sleep(step_(clock_.Now()))) {
  }
}

bool StepDriver::Sleep(Duration duration) {
  MutexLock lock(mutex_);
  while (!is_stopping_ && !is_woken_ && duration > Duration::zero()) {
    if (!changed_.WaitFor(mutex_, duration)) {
      break;
    }
  }
  is_woken_ = false;
  return !is_stopping_;
}

}  // namespace muster::events
