// P11: from the start of musterd to ready, over the whole demo city on a warm disk; and the index of a nation (forty
// such cities) made from records in memory. The reference is the limit itself.

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "services/cli/connect/http_client.h"
#include "services/matching/core/team_index.h"
#include "tests/bench/matching_world.h"
#include "tests/bench/report.h"
#include "tests/scenario/support/program.h"
#include "tests/scenario/support/server.h"

namespace muster::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kStarts = 5;
constexpr size_t kNation = 40;

double MillisSince(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

bool IsReady(const std::string& url) {
  const auto reply =
      cli::Fetch({.url = url + "/readyz", .headers = {}, .body = {}, .timeout = std::chrono::seconds(1)});
  return reply.ok() && reply->body.find(R"("state":"ready")") != std::string::npos;
}

/// Milliseconds until /readyz has nothing to complain about; negative when that never comes.
double MillisToReady(testing::Server& server) {
  const auto start = SteadyClock::now();
  if (!server.Start()) {
    return -1;
  }
  while (!IsReady(server.url())) {
    if (MillisSince(start) > 60'000) {
      return -1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return MillisSince(start);
}

bool MeasureRestart() {
  testing::Server server;
  if (!server.Start() || testing::RunMuster(server, {"demo", "load", "--scale", "1"}).exit_code != 0) {
    std::fprintf(stderr, "no city: %s\n", server.LogTail().c_str());
    return false;
  }
  std::vector<double> millis;
  for (int i = 0; i < kStarts; ++i) {
    server.Stop();
    millis.push_back(MillisToReady(server));
    if (millis.back() < 0) {
      std::fprintf(stderr, "not ready: %s\n", server.LogTail().c_str());
      return false;
    }
  }
  Report("P11 start to ready, the city", Quantile(millis, 0.5), 1'000, "ms", Wanted::kAtMost, 1);
  return true;
}

void MeasureNation() {
  std::vector<matching::TeamRecord> teams = MakeWorld(kNation, 1);
  matching::TeamIndex index;
  const auto start = SteadyClock::now();
  index.Load(std::move(teams));
  Report("P11 index of a nation", MillisSince(start), 10'000, "ms", Wanted::kAtMost, 1);
}

}  // namespace
}  // namespace muster::bench

int main() {
  if (!muster::bench::MeasureRestart()) {
    return 2;
  }
  muster::bench::MeasureNation();
  return 0;
}
