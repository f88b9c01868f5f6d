#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tests/scenario/kill/ledger.h"
#include "tests/scenario/outage/load.h"
#include "tests/scenario/support/server.h"

namespace muster::testing {

/// What a run of calls came to.
struct RunResult {
  double seconds = 0;               ///< it counted for so long
  std::vector<CallSample> samples;  ///< of calls that were to be sent then
  Latencies pushes;                 ///< from an offer's commit until its organization's device had it
  size_t unheard = 0;               ///< offers that nobody heard of, half a minute after the last
};

/// A town that is called, with a device for each of its organizations.
class LoadedTown {
 public:
  /// Whatever does not start fails the test.
  LoadedTown(const Deployment& deployment, const WorldSize& size);

  /// Calls at a rate, first for a while that does not count.
  RunResult Run(const Mix& mix, std::chrono::seconds length);
  /// Opens an incident and asks each team of the town for the same hour in one dispatch; the pushes of its offers.
  RunResult AskAll();
  /// Acknowledged changes that are not there, or happened twice.
  std::vector<std::string> Contradictions();
  size_t acknowledged() const { return ledger_.acknowledgements(); }

 private:
  const Deployment& deployment_;
  Ledger ledger_;
  const Town town_;
};

}  // namespace muster::testing
