#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace muster::demo {

/// What is drawn for; each has numbers of its own, so a change of one kind of row leaves the others as they were.
enum class Purpose : uint64_t { kOrganization = 1, kTeam, kMember, kWindow, kStreet, kPlan, kId, kContact };

/// Random numbers that depend on the seed, the purpose and the row's number alone: the same on every machine and in
/// whichever order rows are made. (The distributions of the standard library are not the same everywhere.)
class Draw {
 public:
  Draw(uint64_t seed, Purpose purpose, uint64_t index)
      : state_(Mix(Mix(Mix(seed) + static_cast<uint64_t>(purpose)) + index)) {}

  uint64_t Next() { return Mix(state_++); }
  /// 0 to n - 1.
  size_t Below(size_t n) { return static_cast<size_t>(Next() % n); }
  /// From `low` to `high`, both included.
  int Between(int low, int high) { return low + static_cast<int>(Below(static_cast<size_t>(high - low + 1))); }
  /// 0 to below 1.
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  bool Chance(double probability) { return Unit() < probability; }
  /// Mean 0, deviation 1 (Box-Muller).
  double Normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - Unit()));
    return radius * std::cos(2.0 * std::numbers::pi * Unit());
  }
  template <class T, size_t N>
  const T& Of(const std::array<T, N>& list) {
    return list[Below(N)];
  }

 private:
  /// SplitMix64.
  static uint64_t Mix(uint64_t value) {
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
  }

  uint64_t state_;
};

}  // namespace muster::demo
