// What a failure costs those who call: a load at a fixed rate, something that goes away under it, and the figures of
// before, during and after. Settings: MUSTER_OUTAGE_WHAT (redis, gateway, dispatch, database, rolling),
// MUSTER_OUTAGE_SECONDS, MUSTER_OUTAGE_RATE, MUSTER_OUTAGE_DEPLOYMENT (one, cluster). Exit status: 0 all verdicts hold,
// 1 one does not, 2 there is no such thing to take away.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "tests/scenario/outage/trial.h"
#include "tests/scenario/outage/verdicts.h"

namespace muster::testing {
namespace {

using std::chrono::seconds;

/// The longest time that somebody waited for an answer, in seconds: from the intended moment, over all repeats.
double LongestWait(const Figures& figures) {
  return std::max(figures.Calls(Phase::kDuring).longest, figures.Calls(Phase::kAfter).longest) / 1000;
}

void JudgeRedis(const Figures& figures, Verdicts& verdicts) {
  const size_t disturbed = figures.Repeats(Phase::kDuring) + figures.Repeats(Phase::kAfter);
  verdicts.Add(disturbed == 0, fmt::format("calls sent again {} (0)", disturbed));
  const double before = figures.Calls(Phase::kBefore).p99;
  const double during = figures.Calls(Phase::kDuring).p99;
  verdicts.Add(during <= 2 * before, fmt::format("p99 {:.2f} of before (at most 2)", during / before));
  const double push = figures.Pushes(Phase::kDuring).p99;
  verdicts.Add(push <= 2000, fmt::format("push p99 {:.0f} ms (at most 2000)", push));
  // By the feeds it is half a second.
  const double after = figures.Pushes(Phase::kAfter).p50;
  verdicts.Add(after <= 100, fmt::format("push p50 after the return {:.0f} ms (at most 100)", after));
}

int Judge(const std::string& what, const std::string& deployment, const Trial& trial) {
  const Figures& figures = trial.figures();
  Verdicts verdicts;
  verdicts.Add(trial.failures() == 0, fmt::format("failed {} (0)", trial.failures()));
  verdicts.Add(trial.lost().empty(),
               fmt::format("lost {} of {} acknowledged (0)", trial.lost().size(), trial.acknowledged()));
  verdicts.Add(trial.doubled().empty(), fmt::format("doubled {} (0)", trial.doubled().size()));
  verdicts.Add(trial.unheard() == 0, fmt::format("unheard {} (0)", trial.unheard()));
  verdicts.Add(trial.drained().has_value(), fmt::format("drained within {:.1f} s of the return (30)",
                                                        trial.drained().value_or(seconds(30)).count()));
  if (what == "redis") {
    JudgeRedis(figures, verdicts);
  } else {
    const int limit = what == "database" ? 30 : 10;
    const double wait = LongestWait(figures);
    verdicts.Add(wait <= limit, fmt::format("longest wait {:.1f} s ({})", wait, limit));
  }
  if (what == "rolling" && deployment == "cluster") {
    const size_t elsewhere = figures.RepeatsElsewhere();
    verdicts.Add(elsewhere == 0, fmt::format("sent again through a gateway that stayed {} (0)", elsewhere));
  }
  return verdicts.Print();
}

int Report(const std::string& what, const std::string& deployment, const Plan& plan, const Trial& trial) {
  fmt::print("{} of {}, {} calls a second, processors {:.0f} % at work before\n", what, deployment, plan.mix.rate,
             trial.busy() * 100);
  fmt::print("{}backlog at the return: {} offers\n", trial.figures().Table(), trial.backlog());
  for (const auto& problems : {trial.lost(), trial.doubled()}) {
    for (size_t i = 0; i < std::min<size_t>(problems.size(), 10); ++i) {
      fmt::print("{}\n", problems[i]);
    }
  }
  return Judge(what, deployment, trial);
}

int Play(const std::string& what, const std::string& deployment, Plan plan) {
  if (deployment == "one") {
    Server server;
    const std::map<std::string, Strike> strikes{{"redis", RedisKeptAway(server)},
                                                {"gateway", ServerKilled(server)},
                                                {"dispatch", ServerKilled(server)},
                                                {"rolling", ServerRestarted(server)}};
    if (!strikes.contains(what)) {
      return 2;
    }
    EXPECT_TRUE(server.Start()) << server.LogTail();
    plan.strike = strikes.at(what);
    return Report(what, deployment, plan, Trial(server, plan));
  }
  const Cluster cluster;
  const std::map<std::string, Strike> strikes{{"redis", KilledFor(cluster, {"redis"})},
                                              {"gateway", KilledFor(cluster, {"gateway-1", "gateway-2"})},
                                              {"dispatch", KilledFor(cluster, {"dispatch-1", "dispatch-2"})},
                                              {"database", DatabaseKilled(cluster)},
                                              {"rolling", RollingRestart(cluster)}};
  if (!strikes.contains(what)) {
    return 2;
  }
  EXPECT_TRUE(cluster.Start()) << cluster.LogTail();
  plan.strike = strikes.at(what);
  return Report(what, deployment, plan, Trial(cluster, plan));
}

int Main() {
  const seconds length(std::stoi(Setting("MUSTER_OUTAGE_SECONDS", "20")));
  const seconds around = std::min(length, seconds(60));  // a minute tells what is normal
  return Play(Setting("MUSTER_OUTAGE_WHAT", "redis"), Setting("MUSTER_OUTAGE_DEPLOYMENT", "cluster"),
              {{.rate = std::stod(Setting("MUSTER_OUTAGE_RATE", "40"))}, around, length, around, {}});
}

}  // namespace
}  // namespace muster::testing

int main() {
  const int status = muster::testing::Main();
  return status == 0 && ::testing::Test::HasFailure() ? 1 : status;
}
