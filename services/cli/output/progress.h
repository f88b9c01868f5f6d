#pragma once

#include <string>
#include <utility>

#include "muster/base/clock.h"
#include "services/cli/output/output.h"

namespace muster::cli {

/// A bar on the terminal for work whose size is known, with speed and the time left. Where no terminal looks, a plain
/// line of percent every few seconds, for logs.
class Progress {
 public:
  /// `unit` names what is counted: "rows".
  Progress(Output& output, Text label, Text unit, double total, const Clock& clock = SystemClock());
  /// Clears the bar's line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Redraws at most ten times a second; a plain line comes every two seconds.
  void Update(double done);

 private:
  Output& output_;
  const Text label_;
  const Text unit_;
  const double total_;
  const Clock& clock_;
  const Duration start_;
  Duration drawn_;
};

/// Says on the terminal which of several parts is at work: "checking registry (2/5)".
class Steps {
 public:
  Steps(Output& output, Text doing, size_t total) : output_(output), doing_(std::move(doing)), total_(total) {}
  /// Clears the line.
  ~Steps();
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;

  void Begin(const std::string& part);

 private:
  Output& output_;
  const Text doing_;
  const size_t total_;
  size_t begun_ = 0;
};

/// The text of a bar: "load [######....] 60% 1,200 rows/s 3 s left".
std::string ProgressLine(const std::string& label, const std::string& unit, double done, double total,
                         double elapsed_seconds);

/// A number with its thousands marked: "24,000".
std::string Thousands(int64_t number);

}  // namespace muster::cli
