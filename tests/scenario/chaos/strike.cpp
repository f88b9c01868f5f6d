#include "tests/scenario/chaos/strike.h"

#include <gtest/gtest.h>

#include <iomanip>
#include <iostream>

namespace muster::testing {
namespace {

bool Names(const std::string& kinds, const std::string& name) {
  return kinds.empty() || ("," + kinds + ",").find("," + name + ",") != std::string::npos;
}

}  // namespace

void Tell(const std::string& what) {
  static const auto start = std::chrono::steady_clock::now();
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start;
  std::cout << std::fixed << std::setprecision(2) << since.count() << " s: " << what << std::endl;
}

Strikes::Strikes(Victim& victim, unsigned seed, const std::string& kinds) : victim_(victim), chance_(seed) {
  for (const auto& some : {ProcessStrikes(victim), NetworkStrikes(), RedisStrikes(), MachineStrikes(victim)}) {
    std::copy_if(some.begin(), some.end(), std::back_inserter(kinds_),
                 [&](const Strike& strike) { return Names(kinds, strike.name); });
  }
}

bool Strikes::operator()(int) {
  if (next_.empty()) {
    next_ = kinds_;
    chance_.Shuffle(next_);
  }
  const Strike strike = next_.back();
  next_.pop_back();
  const bool mended = strike.strike(victim_, chance_);
  EXPECT_TRUE(mended) << "not mended: " << strike.name << "\n" << victim_.deployment().LogTail();
  return mended;
}

}  // namespace muster::testing
