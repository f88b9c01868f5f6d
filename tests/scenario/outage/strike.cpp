#include "tests/scenario/outage/strike.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "services/cli/connect/unix_socket.h"
#include "tests/scenario/kill/until.h"

namespace muster::testing {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

/// A new postmaster starts only when the children of the killed one are gone.
constexpr seconds kStarts{30};

/// Starts it and waits until it answers.
void Return(const Cluster& cluster, const std::string& process, SteadyTime from, Figures& figures) {
  EXPECT_TRUE(Until([&] { return cluster.Start(process); }, kStarts)) << process << "\n" << cluster.LogTail();
  const std::string socket = cluster.file("data") / process / "run" / "musterd.sock";
  const bool is_service = process != "redis" && process != "postgresql";
  EXPECT_TRUE(!is_service || Until([&] { return cli::SocketAnswers(socket); }, kStarts)) << process;
  figures.Enter({process, from, steady_clock::now()});
}

}  // namespace

Strike KilledFor(const Cluster& cluster, const std::vector<std::string>& processes) {
  return [&cluster, processes](seconds length, Figures& figures) {
    for (const std::string& process : processes) {
      const SteadyTime from = steady_clock::now();
      EXPECT_TRUE(cluster.Signal(process, SIGKILL)) << process << " had ended before";
      std::this_thread::sleep_until(from + length / static_cast<int>(processes.size()));
      Return(cluster, process, from, figures);
    }
  };
}

Strike DatabaseKilled(const Cluster& cluster) {
  return [&cluster](seconds length, Figures& figures) {
    const SteadyTime from = steady_clock::now();
    EXPECT_TRUE(cluster.Signal("postgresql", SIGKILL));
    Return(cluster, "postgresql", from, figures);
    std::this_thread::sleep_until(from + length);
  };
}

Strike RollingRestart(const Cluster& cluster) {
  return [&cluster](seconds, Figures& figures) {
    for (const std::string& process : Cluster::Members()) {
      const SteadyTime from = steady_clock::now();
      EXPECT_TRUE(cluster.Stop(process)) << process << "\n" << cluster.LogTail();
      Return(cluster, process, from, figures);
    }
  };
}

Strike RedisKeptAway(const Server& server) {
  return [&server](seconds length, Figures& figures) {
    const SteadyTime from = steady_clock::now();
    while (steady_clock::now() < from + length) {
      server.KillRedis();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(Until(
        [&] { return cli::AskSocket(server.redis_socket(), "PING\r\n", 64, seconds(1)).value_or("") == "+PONG\r\n"; },
        kStarts));
    figures.Enter({"redis", from, steady_clock::now()});
  };
}

Strike ServerKilled(Server& server) {
  return [&server](seconds length, Figures& figures) {
    const SteadyTime from = steady_clock::now();
    server.Kill(/*redis=*/false);
    EXPECT_TRUE(server.Start()) << server.LogTail();
    figures.Enter({"gateway-1", from, steady_clock::now()});
    std::this_thread::sleep_until(from + length);
  };
}

Strike ServerRestarted(Server& server) {
  return [&server](seconds length, Figures& figures) {
    const SteadyTime from = steady_clock::now();
    EXPECT_EQ(server.Stop(), 0) << server.LogTail();
    EXPECT_TRUE(server.Start()) << server.LogTail();
    figures.Enter({"gateway-1", from, steady_clock::now()});
    std::this_thread::sleep_until(from + length);
  };
}

}  // namespace muster::testing
