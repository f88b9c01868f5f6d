#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/scenario/outage/figures.h"
#include "tests/scenario/support/cluster.h"
#include "tests/scenario/support/server.h"

namespace muster::testing {

/// Takes something away for this long, or as long as it takes, brings it back, and enters what was away when. Whatever
/// does not start again fails the test.
using Strike = std::function<void(std::chrono::seconds length, Figures& figures)>;

/// Kills processes ("redis"), one after the other, and starts each after its share of `length`.
Strike KilledFor(const Cluster& cluster, const std::vector<std::string>& processes);
/// Kills the postmaster and starts it at once, as a supervisor does.
Strike DatabaseKilled(const Cluster& cluster);
/// Asks each process of the services in turn to end (SIGTERM), and starts it again; the next follows when it answers.
Strike RollingRestart(const Cluster& cluster);

/// Kills musterd's Redis again and again.
Strike RedisKeptAway(const Server& server);
/// kill -9 and a start at once.
Strike ServerKilled(Server& server);
/// The same with SIGTERM.
Strike ServerRestarted(Server& server);

}  // namespace muster::testing
