#pragma once

#include <array>
#include <cstdint>
#include <random>

namespace muster {

/// A source of random bits, passed in so that tests and the simulator can repeat a run. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t Next() = 0;
};

/// The system's cryptographic source.
Random& SystemRandom();

/// The same numbers for the same seed. Not thread-safe: for single-threaded tests and the simulator.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : engine_(seed) {}
  uint64_t Next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace muster
