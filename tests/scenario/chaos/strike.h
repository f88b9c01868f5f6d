#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/scenario/chaos/victim.h"

namespace muster::testing {

/// What comes by chance, from a seed.
class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}

  /// A number between two, both possible.
  int Between(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }
  std::chrono::milliseconds Milliseconds(int from, int to) { return std::chrono::milliseconds(Between(from, to)); }
  bool OneIn(int times) { return Between(1, times) == 1; }
  template <class Item>
  void Shuffle(std::vector<Item>& items) {
    std::shuffle(items.begin(), items.end(), random_);
  }
  /// Some of them, in any order.
  template <class Item>
  std::vector<Item> Some(std::vector<Item> items, size_t count) {
    Shuffle(items);
    items.resize(std::min(count, items.size()));
    return items;
  }
  template <class Item>
  Item OneOf(const std::vector<Item>& items) {
    return Some(items, 1).front();
  }

 private:
  std::mt19937 random_;
};

/// A kind of misfortune. Each time it does what it is named for to a random part of the victim, tells it in a line, and
/// mends it before it returns; false when that did not work, which has failed the test.
struct Strike {
  std::string name;
  std::function<bool(Victim&, Chance&)> strike;
};

std::vector<Strike> ProcessStrikes(const Victim& victim);
std::vector<Strike> NetworkStrikes();
std::vector<Strike> RedisStrikes();
/// Of the disk, where one can be mounted, and of the clocks.
std::vector<Strike> MachineStrikes(const Victim& victim);

/// Prints a line with the seconds since the first one.
void Tell(const std::string& what);

/// Strikes a victim, every kind once in random order, then again in another one.
class Strikes {
 public:
  /// `kinds`: names with commas between; empty: all that the victim can suffer.
  Strikes(Victim& victim, unsigned seed, const std::string& kinds);

  /// How many kinds there are.
  size_t size() const { return kinds_.size(); }
  /// Strikes once; false when it could not be mended.
  bool operator()(int round);

 private:
  Victim& victim_;
  Chance chance_;
  std::vector<Strike> kinds_;
  std::vector<Strike> next_;  ///< from the last on
};

}  // namespace muster::testing
