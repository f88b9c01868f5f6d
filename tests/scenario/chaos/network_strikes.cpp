// Networks break, fall silent in one direction or both, and become slow.

#include <thread>

#include "tests/scenario/chaos/strike.h"

namespace muster::testing {
namespace {

using std::chrono::milliseconds;

constexpr int kShortest_ms = 300;
constexpr int kLongest_ms = 6000;

/// Spoils one link of a network or, as often, all of them.
bool Spoil(Victim& victim, Chance& chance, const std::string& how, const NetworkFault& fault) {
  const auto networks = victim.Networks();
  std::vector<std::string> names;
  for (const auto& [name, unused] : networks) {
    names.push_back(name);
  }
  const std::string network = chance.OneOf(names);
  const Victim::Links& all = networks.at(network);
  std::vector<std::string> links;
  for (const auto& [name, unused] : all) {
    links.push_back(name);
  }
  const bool one = chance.OneIn(2);
  if (one) {
    links = chance.Some(links, 1);
  }
  const auto length = chance.Milliseconds(kShortest_ms, kLongest_ms);
  const std::string which = network == "peers" ? "to " : "to " + network + " of ";
  Tell("network " + which + (one ? links.front() : "all") + " " + how + " for " + std::to_string(length.count()) +
       " ms");
  for (const std::string& link : links) {
    all.at(link)->Set(fault);
  }
  std::this_thread::sleep_for(length);
  for (const std::string& link : links) {
    all.at(link)->Mend();
  }
  return true;
}

}  // namespace

std::vector<Strike> NetworkStrikes() {
  const Flow blocked{.is_blocked = true};
  const auto spoil = [](const std::string& how, const NetworkFault& fault) {
    return [=](Victim& victim, Chance& chance) { return Spoil(victim, chance, how, fault); };
  };
  return {
      {"cut", spoil("cut", {.is_cut = true})},
      {"hole", spoil("silent", {.to_server = blocked, .to_client = blocked})},
      {"hole-to-server", spoil("without questions", {.to_server = blocked})},
      {"hole-to-client", spoil("without answers", {.to_client = blocked})},
      {"slow",
       [](Victim& victim, Chance& chance) {
         const Flow late{.delay = chance.Milliseconds(100, 2500)};
         return Spoil(victim, chance, std::to_string(2 * late.delay.count()) + " ms slower",
                      {.to_server = late, .to_client = late});
       }},
      {"trickle", spoil("in pieces of 7 bytes", {.to_server = {.bytes_per_second = 20'000, .piece = 7},
                                                 .to_client = {.bytes_per_second = 20'000, .piece = 7}})},
  };
}

}  // namespace muster::testing
