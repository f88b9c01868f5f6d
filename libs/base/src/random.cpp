#include "muster/base/random.h"

#include <sys/random.h>

#include <cstdlib>

namespace muster {
namespace {

/// Reads from the kernel in blocks: one system call serves 32 numbers of a thread.
class KernelRandom final : public Random {
 public:
  uint64_t Next() override {
    thread_local std::array<uint64_t, 32> block;
    thread_local size_t used = block.size();
    if (used == block.size()) {
      if (getrandom(block.data(), sizeof(block), 0) != static_cast<ssize_t>(sizeof(block))) {
        std::abort();  // no randomness: no safe way on
      }
      used = 0;
    }
    const uint64_t value = block[used];
    block[used++] = 0;
    return value;
  }
};

}  // namespace

Random& SystemRandom() {
  static KernelRandom random;
  return random;
}

}  // namespace muster
