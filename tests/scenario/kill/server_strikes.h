#pragma once

#include <gtest/gtest.h>

#include "services/cli/connect/unix_socket.h"
#include "tests/scenario/kill/until.h"
#include "tests/scenario/support/server.h"

namespace muster::testing {

/// Kills in turn musterd, its Redis, and both; starts musterd again each time. In the middle, besides, all that Redis
/// holds is thrown away.
class ServerStrikes {
 public:
  ServerStrikes(Server& server, int rounds) : server_(server), rounds_(rounds) {}

  /// False when musterd does not start any more.
  bool operator()(int round) const {
    if (round == rounds_ / 2) {
      EXPECT_TRUE(Until([this] { return Flush(); }, kRedisReturns)) << "Redis was never there to be flushed";
    }
    if (round % 3 == 1) {
      EXPECT_TRUE(Until([this] { return server_.KillRedis(); }, kRedisReturns)) << "Redis was never there";
      return true;
    }
    server_.Kill(/*redis=*/round % 3 == 2);
    const bool runs = server_.Start();
    EXPECT_TRUE(runs) << server_.LogTail();
    return runs;
  }

 private:
  /// Redis may be on its way back from the kill before.
  static constexpr std::chrono::seconds kRedisReturns{10};

  bool Flush() const {
    const auto answer = cli::AskSocket(server_.redis_socket(), "FLUSHALL\r\n", 64, std::chrono::seconds(2));
    return answer.ok() && answer->starts_with("+OK");
  }

  Server& server_;
  const int rounds_;
};

}  // namespace muster::testing
