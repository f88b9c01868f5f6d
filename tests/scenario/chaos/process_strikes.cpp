// Processes die, die again while they recover, and stand still.

#include <csignal>
#include <thread>

#include "tests/scenario/chaos/strike.h"

namespace muster::testing {
namespace {

using Names = std::vector<std::string>;

constexpr int kLongestAbsence_ms = 2500;
constexpr int kLongestFreeze_ms = 7000;

std::string Joined(const Names& words) {
  std::string line;
  for (const std::string& word : words) {
    line += " " + word;
  }
  return line;
}

bool StartAgain(Victim& victim, const Names& processes) {
  bool all = true;
  for (const std::string& process : processes) {
    all = victim.Start(process) && all;
  }
  for (const std::string& process : processes) {
    all = victim.Await(process) && all;
  }
  return all;
}

/// False when one had ended before.
bool KillAll(Victim& victim, const Names& processes) {
  bool all = true;
  for (const std::string& process : processes) {
    all = victim.Signal(process, SIGKILL) && all;
  }
  return all;
}

bool Kill(Victim& victim, Chance& chance, const Names& processes) {
  const auto absence = chance.Milliseconds(0, kLongestAbsence_ms);
  Tell("kill -9 for " + std::to_string(absence.count()) + " ms:" + Joined(processes));
  const bool ran = KillAll(victim, processes);
  std::this_thread::sleep_for(absence);
  return StartAgain(victim, processes) && ran;
}

/// Whoever has just been started is killed again, up to three times in a row.
bool KillInRecovery(Victim& victim, Chance& chance) {
  const Names processes = chance.Some(victim.Processes(), chance.OneIn(2) ? 1 : 2);
  const int times = chance.Between(1, 3);
  Tell("kill -9, and " + std::to_string(times) + " times more in recovery:" + Joined(processes));
  bool ran = KillAll(victim, processes);
  for (int time = 0; time < times && ran; ++time) {
    for (const std::string& process : processes) {
      (void)victim.Start(process);  // a database may refuse while its predecessor's children are there
    }
    std::this_thread::sleep_for(chance.Milliseconds(10, 300));
    (void)KillAll(victim, processes);
  }
  return StartAgain(victim, processes) && ran;
}

bool Freeze(Victim& victim, Chance& chance, const Names& processes) {
  const auto length = chance.Milliseconds(500, kLongestFreeze_ms);
  Tell("SIGSTOP for " + std::to_string(length.count()) + " ms:" + Joined(processes));
  bool ran = true;
  for (const std::string& process : processes) {
    ran = victim.Signal(process, SIGSTOP) && ran;
  }
  std::this_thread::sleep_for(length);
  for (const std::string& process : processes) {
    ran = victim.Signal(process, SIGCONT) && ran;
  }
  return ran;
}

/// The postmaster ends all others and recovers.
bool KillChildOfPostgres(Victim& victim, Chance& chance) {
  Tell("kill -9 of a child of postgresql");
  return victim.KillChildOfPostgres(static_cast<unsigned>(chance.Between(0, 1000)));
}

Names Services(const Victim& victim) {
  Names names = victim.Processes();
  std::erase_if(names, [](const std::string& name) { return name == "redis" || name == "postgresql"; });
  return names;
}

}  // namespace

std::vector<Strike> ProcessStrikes(const Victim& victim) {
  std::vector<Strike> strikes{
      {"kill", [](Victim& who, Chance& chance) { return Kill(who, chance, chance.Some(Services(who), 1)); }},
      {"kill-pair", [](Victim& who, Chance& chance) { return Kill(who, chance, chance.Some(who.Processes(), 2)); }},
      {"kill-redis", [](Victim& who, Chance& chance) { return Kill(who, chance, {"redis"}); }},
      {"kill-in-recovery", KillInRecovery},
      {"freeze", [](Victim& who, Chance& chance) { return Freeze(who, chance, chance.Some(Services(who), 1)); }},
      {"freeze-redis", [](Victim& who, Chance& chance) { return Freeze(who, chance, {"redis"}); }},
  };
  const Names names = victim.Processes();
  if (std::find(names.begin(), names.end(), "postgresql") != names.end()) {
    const auto with_service = [](Chance& chance, Victim& who) {
      Names pair = chance.Some(Services(who), 1);
      pair.emplace_back("postgresql");
      return pair;
    };
    strikes.insert(
        strikes.end(),
        {{"kill-postgres", [](Victim& who, Chance& chance) { return Kill(who, chance, {"postgresql"}); }},
         {"kill-postgres-pair",
          [=](Victim& who, Chance& chance) { return Kill(who, chance, with_service(chance, who)); }},
         {"kill-postgres-child", KillChildOfPostgres},
         {"kill-all", [](Victim& who, Chance& chance) { return Kill(who, chance, who.Processes()); }},
         {"freeze-postgres", [](Victim& who, Chance& chance) { return Freeze(who, chance, {"postgresql"}); }}});
  }
  return strikes;
}

}  // namespace muster::testing
