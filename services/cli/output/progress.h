#pragma once

#include <string>

#include "muster/base/clock.h"
#include "services/cli/output/output.h"

namespace muster::cli {

/// A bar on the terminal for work whose size is known, with speed and the time left. Silent when no terminal looks.
class Progress {
 public:
  /// `unit` names what is counted: "rows".
  Progress(Output& output, Text label, Text unit, double total, const Clock& clock = SystemClock());
  /// Clears the bar's line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Redraws at most ten times a second.
  void Update(double done);

 private:
  Output& output_;
  const Text label_;
  const Text unit_;
  const double total_;
  const Clock& clock_;
  const Duration start_;
  Duration drawn_{-std::chrono::seconds(1)};
};

/// The text of a bar: "load [######....] 60% 1,200 rows/s 3 s left".
std::string ProgressLine(const std::string& label, const std::string& unit, double done, double total,
                         double elapsed_seconds);

/// A number with its thousands marked: "24,000".
std::string Thousands(int64_t number);

}  // namespace muster::cli
