#pragma once

#include <string>
#include <vector>

#include "tests/scenario/outage/load.h"

namespace muster::testing {

/// What became of a dispatch to all teams of a town.
struct MassCall {
  Latencies pushes;    ///< from the operator's click until an offer was on its organization's device
  size_t unheard = 0;  ///< offers that nobody heard of within half a minute
  std::vector<std::string> contradictions;  ///< acknowledged changes that are not there, or happened twice
};

/// Makes a town and asks each of its teams for the same hour, in one dispatch. Whatever fails fails the test.
MassCall CallAll(const Deployment& deployment, const WorldSize& size);

}  // namespace muster::testing
