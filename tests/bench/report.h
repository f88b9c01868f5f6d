#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace muster::bench {

enum class Wanted { kAtLeast, kAtMost };

/// Prints one figure as run.sh reads it, which judges it: figure / reference against the target.
inline void Report(const std::string& name, double figure, double reference, const char* unit, Wanted wanted,
                   double target) {
  fmt::print(R"({{"name":"{}","figure":{:.3f},"reference":{:.3f},"unit":"{}","ratio":{:.3f},"target":{},)"
             R"("direction":"{}"}})"
             "\n",
             name, figure, reference, unit, figure / reference, target,
             wanted == Wanted::kAtMost ? "at_most" : "at_least");
  std::fflush(stdout);
}

/// The value below which `share` of them lie.
inline double Quantile(std::vector<double> values, double share) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace muster::bench
