#include "muster/base/failpoint.h"

#ifdef MUSTER_FAILPOINTS
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace muster {
namespace {

struct Chosen {
  std::string name;
  std::atomic<int> passes_left{0};

  Chosen() {
    const char* setting = std::getenv("MUSTER_FAILPOINT");
    if (setting == nullptr) {
      return;
    }
    const std::string_view text(setting);
    const size_t colon = text.find(':');
    name = std::string(text.substr(0, colon));
    passes_left = colon == std::string_view::npos ? 1 : std::atoi(text.substr(colon + 1).data());
  }
};

}  // namespace

void Failpoint(const char* name) {
  static Chosen chosen;
  if (!chosen.name.empty() && chosen.name == name && --chosen.passes_left == 0) {
    kill(getpid(), SIGKILL);
  }
}

}  // namespace muster
#else
namespace muster {
void Failpoint(const char*) {}
}  // namespace muster
#endif
