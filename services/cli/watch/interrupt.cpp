#include <csignal>

#include "services/cli/watch/watch.h"

namespace muster::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

}  // namespace

bool Interrupted() { return interrupted != 0; }

void CatchInterrupt() {
  const auto mark = [](int) { interrupted = 1; };
  std::signal(SIGINT, mark);
  std::signal(SIGTERM, mark);
}

}  // namespace muster::cli
