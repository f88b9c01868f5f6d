// What a musterd bears: the declared peak with its live subscribers, and an incident that calls five thousand teams.
// For tests/load/run.sh, which says what is printed.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "tests/bench/live_receivers.h"
#include "tests/scenario/load/mass_call.h"
#include "tests/scenario/outage/trial.h"
#include "tests/scenario/outage/verdicts.h"

namespace muster::testing {
namespace {

using std::chrono::seconds;

// The declared peak: 100 changes and 500 reads a second, four changes in 24 calls.
constexpr Mix kPeak{.rate = 600, .calls_to_four = 24};
constexpr int kSubscribers = 2000;
constexpr int kWhoSeeAll = 10;
constexpr WorldSize kTown{.organizations = 10, .teams_of_each = 60};
constexpr WorldSize kLargeTown{.organizations = 10, .teams_of_each = 500};
constexpr double kMebibyte = 1024;

/// Others read.
bool IsChange(const std::string& request) {
  static const std::set<std::string> changes{"AcknowledgeDeliveryRequest", "AnswerOfferRequest",
                                             "CreateIncidentRequest", "CreateRequestRequest", "DispatchRequest"};
  return changes.contains(request);
}

/// How many; the first few are printed.
size_t Count(const std::vector<std::string>& contradictions) {
  for (size_t i = 0; i < std::min<size_t>(contradictions.size(), 5); ++i) {
    fmt::print("{}\n", contradictions[i]);
  }
  return contradictions.size();
}

/// The most memory that a process has taken.
double PeakMebibytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  std::string word;
  double kibibytes = 0;
  while (status >> word) {
    if (word == "VmHWM:") {
      status >> kibibytes;
    }
  }
  return kibibytes / kMebibyte;
}

/// People of one account who look at the live feed.
void Connect(bench::Receivers& people, const Server& server, const std::string& key, int count) {
  const std::string headers = "Authorization: Bearer " + key + "\r\n";
  people.Connect({.port = server.http_port(), .headers = headers, .greetings = 1, .readers = count, .counted = false});
}

/// The caller works when the server lets it.
void MakeRoom() { setpriority(PRIO_PROCESS, 0, 5); }

/// Of the subscribers ten see all that happens; the others are of a district where nothing does.
int Peak(const Server& server, bench::Receivers& elsewhere, bench::Receivers& seeing, seconds length) {
  Connect(elsewhere, server, MakeOperator(server, "elsewhere", "3205/320583"), kSubscribers - kWhoSeeAll);
  Connect(seeing, server, MakeOperator(server, "sees-all", "3205"), kWhoSeeAll);
  // At its end the subscribers go, which ends the program where one of them was cut off before.
  const Strike no_strike = [&](seconds, Figures&) {
    elsewhere.Disconnect();
    seeing.Disconnect();
  };
  const Trial trial(server, {.mix = kPeak, .before = length, .strike = no_strike, .town = kTown});
  const Figures& figures = trial.figures();
  fmt::print("{}", figures.Table());
  const Latencies changes = figures.Calls(Phase::kBefore, IsChange);
  const double push = figures.Pushes(Phase::kBefore).p99;
  const size_t refused = figures.Repeats(Phase::kBefore) + trial.failures();
  const size_t contradictions = Count(trial.lost()) + Count(trial.doubled());
  const double memory = PeakMebibytes(server.process());
  Verdicts verdicts;
  verdicts.Add(changes.p99 <= 100, fmt::format("{} changes, p99 {:.1f} ms (100)", changes.count, changes.p99));
  verdicts.Add(push <= 500, fmt::format("push p99 {:.1f} ms (500)", push));
  verdicts.Add(refused == 0, fmt::format("sent again or failed {} (0)", refused));
  verdicts.Add(trial.unheard() == 0, fmt::format("unheard {} (0)", trial.unheard()));
  verdicts.Add(contradictions == 0, fmt::format("lost or doubled {} of {} (0)", contradictions, trial.acknowledged()));
  verdicts.Add(memory <= 512, fmt::format("memory {:.0f} MiB (512)", memory));
  return verdicts.Print();
}

int Incident(const Server& server) {
  const MassCall call = CallAll(server, kLargeTown);
  const size_t wanted = static_cast<size_t>(kLargeTown.organizations * kLargeTown.teams_of_each);
  const size_t contradictions = Count(call.contradictions);
  Verdicts verdicts;
  verdicts.Add(call.pushes.count == wanted, fmt::format("teams asked {} ({})", call.pushes.count, wanted));
  verdicts.Add(call.pushes.longest <= 5000,
               fmt::format("last offer delivered {:.0f} ms after the operator's click (5000)", call.pushes.longest));
  verdicts.Add(call.unheard == 0, fmt::format("unheard {} (0)", call.unheard));
  verdicts.Add(contradictions == 0, fmt::format("lost or doubled {} (0)", contradictions));
  return verdicts.Print();
}

int Main() {
  const std::string what = Setting("MUSTER_LOAD_WHAT", "peak");
  const seconds length(std::stoi(Setting("MUSTER_LOAD_SECONDS", "15")));
  bench::Receivers elsewhere;  // before the first thread
  bench::Receivers seeing;
  Server server;
  EXPECT_TRUE(server.Start()) << server.LogTail();
  MakeRoom();
  if (what == "peak") {
    return Peak(server, elsewhere, seeing, length);
  }
  return Incident(server);
}

}  // namespace
}  // namespace muster::testing

int main() {
  const int status = muster::testing::Main();
  return status == 0 && ::testing::Test::HasFailure() ? 1 : status;
}
