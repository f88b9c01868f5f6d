#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "muster/base/clock.h"
#include "muster/events/bus.h"

namespace muster::events {

struct RedisOptions {
  std::string unix_socket;  ///< path; when empty, host and port are used
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string user;      ///< ACL user; empty: the default user
  std::string password;  ///< empty: no AUTH
  Duration connect_timeout = std::chrono::milliseconds(500);
  Duration command_timeout = std::chrono::seconds(1);
  const Clock* clock = &SystemClock();
};

/// A bus on Redis Streams; needs nothing newer than Redis 7.0. Connects when it is first used and again after every
/// failure; a circuit breaker (breaker.h) keeps its user from waiting on a dead server. The process ignores SIGPIPE
/// from then on.
std::unique_ptr<Bus> MakeRedisBus(RedisOptions options);

}  // namespace muster::events
