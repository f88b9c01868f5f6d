// What a musterd bears: the declared peak with its live subscribers, and an incident that calls five thousand teams.
// For tests/load/run.sh, which says what is printed.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "muster/domain/reason.h"
#include "tests/bench/live_receivers.h"
#include "tests/scenario/load/run.h"

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

// The profile of a load: what an account may do in a minute is not what is measured.
constexpr char kProfile[] = "[limits]\ndispatches_per_minute = 100000\n";

enum class Kind { kLifeSafety, kChange, kRead };

/// What the methods of a Load are, as libs/rpc classes them.
Kind KindOf(const std::string& request) {
  static const std::map<std::string, Kind> kinds{{"AnswerOfferRequest", Kind::kLifeSafety},
                                                 {"DispatchRequest", Kind::kLifeSafety},
                                                 {"AcknowledgeDeliveryRequest", Kind::kLifeSafety},
                                                 {"CreateIncidentRequest", Kind::kChange},
                                                 {"CreateRequestRequest", Kind::kChange}};
  const auto found = kinds.find(request);
  return found == kinds.end() ? Kind::kRead : found->second;
}

bool IsRefusal(const absl::Status& status) {
  const Reason reason = GetErrorInfo(status).reason;
  return !status.ok() && (reason == Reason::kOverloaded || reason == Reason::kRateLimited);
}

double Milliseconds(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

/// Calls of a kind, or of all, as they ended.
struct Sums {
  size_t calls = 0;
  size_t served = 0;
  size_t refused = 0;
  size_t without_advice = 0;  ///< refused and not told when to come again
  size_t failed = 0;          ///< otherwise
  Latencies served_after;     ///< from when the call was due
  Latencies refused_after;    ///< from when it was sent
  std::map<std::string, int> failures;
};

template <class Includes>
Sums SumsOf(const RunResult& run, const Includes& includes) {
  Sums sums;
  std::vector<double> served;
  std::vector<double> refused;
  for (const CallSample& sample : run.samples) {
    if (!includes(sample)) {
      continue;
    }
    ++sums.calls;
    if (sample.end.status.ok()) {
      ++sums.served;
      served.push_back(Milliseconds(sample.end.intended, sample.end.ended));
    } else if (IsRefusal(sample.end.status)) {
      ++sums.refused;
      sums.without_advice += GetErrorInfo(sample.end.status).metadata.contains("retry_after_s") ? 0 : 1;
      refused.push_back(Milliseconds(sample.end.sent, sample.end.ended));
    } else {
      ++sums.failed;
      ++sums.failures[sample.method + " " + std::string(RowOf(GetErrorInfo(sample.end.status).reason).name)];
    }
  }
  sums.served_after = LatenciesOf(served);
  sums.refused_after = LatenciesOf(refused);
  return sums;
}

Sums SumsOf(const RunResult& run, Kind kind) {
  return SumsOf(run, [kind](const CallSample& sample) { return KindOf(sample.method) == kind; });
}
Sums SumsOf(const RunResult& run) {
  return SumsOf(run, [](const CallSample&) { return true; });
}
Sums ChangesOf(const RunResult& run) {
  return SumsOf(run, [](const CallSample& sample) { return KindOf(sample.method) != Kind::kRead; });
}

void Print(const char* what, const Sums& sums) {
  fmt::print(
      "{:14} {:>7} calls, served {:>6} (p50 {:.1f} ms, p99 {:.1f} ms), refused {:>6} (p99 {:.1f} ms), failed {}\n",
      what, sums.calls, sums.served, sums.served_after.p50, sums.served_after.p99, sums.refused, sums.refused_after.p99,
      sums.failed);
  for (const auto& [reason, times] : sums.failures) {
    fmt::print("  {}: {} times\n", reason, times);
  }
}

void Print(const RunResult& run) {
  Print("life safety", SumsOf(run, Kind::kLifeSafety));
  Print("other changes", SumsOf(run, Kind::kChange));
  Print("reads", SumsOf(run, Kind::kRead));
  fmt::print("{:14} {:>7}, p50 {:.1f} ms, p99 {:.1f} ms, longest {:.1f} ms, unheard {}\n", "pushes", run.pushes.count,
             run.pushes.p50, run.pushes.p99, run.pushes.longest, run.unheard);
}

/// How many; the first few are printed.
size_t Print(const std::vector<std::string>& contradictions) {
  for (size_t i = 0; i < std::min<size_t>(contradictions.size(), 5); ++i) {
    fmt::print("{}\n", contradictions[i]);
  }
  return contradictions.size();
}

class Verdicts {
 public:
  void Add(bool good, const std::string& what) {
    text_ += (text_.empty() ? "" : ", ") + what + (good ? "" : " NOT MET");
    bad_ = bad_ || !good;
  }
  int Print() const {
    fmt::print("verdict: {}\n", text_);
    return bad_ ? 1 : 0;
  }

 private:
  std::string text_;
  bool bad_ = false;
};

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
  LoadedTown town(server, kTown);
  const RunResult run = town.Run(kPeak, length);
  elsewhere.Disconnect();  // ends the program where one of them was cut off before
  seeing.Disconnect();
  Print(run);
  const Sums changes = ChangesOf(run);
  const Sums all = SumsOf(run);
  const size_t contradictions = Print(town.Contradictions());
  const double memory = PeakMebibytes(server.process());
  Verdicts verdicts;
  verdicts.Add(changes.served_after.p99 <= 100, fmt::format("changes p99 {:.1f} ms (100)", changes.served_after.p99));
  verdicts.Add(run.pushes.p99 <= 500, fmt::format("push p99 {:.1f} ms (500)", run.pushes.p99));
  verdicts.Add(all.refused + all.failed == 0, fmt::format("refused or failed {} (0)", all.refused + all.failed));
  verdicts.Add(run.unheard == 0, fmt::format("unheard {} (0)", run.unheard));
  verdicts.Add(contradictions == 0, fmt::format("lost or doubled {} of {} (0)", contradictions, town.acknowledged()));
  verdicts.Add(memory <= 512, fmt::format("memory {:.0f} MiB (512)", memory));
  return verdicts.Print();
}

int Incident(const Server& server) {
  LoadedTown town(server, kLargeTown);
  const RunResult run = town.AskAll();
  fmt::print("offers {}, p50 {:.0f} ms, last {:.0f} ms after the operator's click\n", run.pushes.count, run.pushes.p50,
             run.pushes.longest);
  const size_t wanted = static_cast<size_t>(kLargeTown.organizations * kLargeTown.teams_of_each);
  const size_t contradictions = Print(town.Contradictions());
  Verdicts verdicts;
  verdicts.Add(run.pushes.count == wanted, fmt::format("teams asked {} ({})", run.pushes.count, wanted));
  verdicts.Add(run.pushes.longest <= 5000, fmt::format("last delivered after {:.0f} ms (5000)", run.pushes.longest));
  verdicts.Add(run.unheard == 0, fmt::format("unheard {} (0)", run.unheard));
  verdicts.Add(contradictions == 0, fmt::format("lost or doubled {} (0)", contradictions));
  return verdicts.Print();
}

std::string Setting(const char* name, const std::string& otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

int Main() {
  const std::string what = Setting("MUSTER_LOAD_WHAT", "peak");
  const seconds length(std::stoi(Setting("MUSTER_LOAD_SECONDS", "15")));
  bench::Receivers elsewhere;  // before the first thread
  bench::Receivers seeing;
  Server server(kProfile, {});
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
