#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "services/cli/connect/unix_socket.h"
#include "tests/scenario/kill/until.h"
#include "tests/scenario/support/server.h"

namespace muster::testing {

/// Kills at random moments, in turn musterd, its Redis, and both; starts musterd again each time. In the middle,
/// besides, all that Redis holds is thrown away.
class Killer {
 public:
  Killer(Server& server, int kills, unsigned seed)
      : server_(server), kills_(kills), random_(seed), thread_([this] { Run(); }) {}
  ~Killer() { thread_.join(); }
  Killer(const Killer&) = delete;
  Killer& operator=(const Killer&) = delete;
  bool is_done() const { return done_.load(); }

 private:
  /// Redis may be on its way back from the kill before.
  static constexpr std::chrono::seconds kRedisReturns{10};

  void Run() {
    std::uniform_int_distribution<int> pause_ms(50, 900);
    bool running = true;
    for (int round = 0; round < kills_ && running; ++round) {
      std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms(random_)));
      if (round == kills_ / 2) {
        EXPECT_TRUE(Until([this] { return Flush(); }, kRedisReturns)) << "Redis was never there to be flushed";
      }
      if (round % 3 == 1) {
        EXPECT_TRUE(Until([this] { return server_.KillRedis(); }, kRedisReturns)) << "Redis was never there";
      } else {
        server_.Kill(/*redis=*/round % 3 == 2);
        running = server_.Start();
        EXPECT_TRUE(running) << server_.LogTail();
      }
    }
    done_.store(true);
  }

  bool Flush() const {
    const auto answer = cli::AskSocket(server_.redis_socket(), "FLUSHALL\r\n", 64, std::chrono::seconds(2));
    return answer.ok() && answer->starts_with("+OK");
  }

  Server& server_;
  const int kills_;
  std::mt19937 random_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace muster::testing
