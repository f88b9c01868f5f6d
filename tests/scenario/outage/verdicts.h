#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <string>

namespace muster::testing {

/// What a trial is told by the script that starts it: a variable of the environment.
inline std::string Setting(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

/// Prints verdicts and remembers whether all hold.
class Verdicts {
 public:
  void Add(bool holds, const std::string& what) {
    all_hold_ = all_hold_ && holds;
    line_ += (line_.empty() ? "" : "; ") + what + (holds ? " ok" : " NOT MET");
  }
  /// The exit status: 0 all hold, else 1.
  int Print() const {
    fmt::print("verdict: {}\n", line_);
    return all_hold_ ? 0 : 1;
  }

 private:
  std::string line_;
  bool all_hold_ = true;
};

}  // namespace muster::testing
