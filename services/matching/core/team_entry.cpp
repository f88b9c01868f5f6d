#include "services/matching/core/team_entry.h"

#include <cmath>
#include <numbers>
#include <string>

#include "muster/base/id.h"

namespace muster::matching {
namespace {

/// A bijection that spreads every input bit over all output bits (the finalizer of splitmix64).
uint64_t Mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

uint64_t HexDigit(char digit) { return static_cast<uint64_t>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10); }

TeamKey Mixed(uint64_t first, uint64_t second) { return {Mix(first ^ Mix(second)), Mix(second)}; }

}  // namespace

TeamKey KeyOf(const TeamId& id) {
  const std::string& text = id.value();
  if (!IsUuid(text)) {
    return Mixed(std::hash<std::string>()(text), std::hash<std::string>()(text + "#"));
  }
  uint64_t halves[2] = {0, 0};
  int digits = 0;
  for (const char character : text) {
    if (character != '-') {
      uint64_t& half = halves[digits++ / 16];
      half = half << 4 | HexDigit(character);
    }
  }
  return Mixed(halves[0], halves[1]);
}

UnitVector UnitVectorOf(const geo::Position& position) {
  constexpr double kDegree = std::numbers::pi / 180.0;
  const double latitude = position.latitude * kDegree;
  const double longitude = position.longitude * kDegree;
  return {static_cast<float>(std::cos(latitude) * std::cos(longitude)),
          static_cast<float>(std::cos(latitude) * std::sin(longitude)), static_cast<float>(std::sin(latitude))};
}

}  // namespace muster::matching
