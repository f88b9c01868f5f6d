#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "muster/events/bus.h"
#include "muster/events/redis_bus.h"
#include "tests/support/temp_dir.h"

namespace muster::testing {

/// A redis-server of the test's own, on a unix socket in a folder of its own; gone with the object. It keeps an
/// append-only file, so that it comes back with what it had when it is killed and started again.
class RedisServer {
 public:
  /// Starts it and waits until it answers; ends the test run when there is no redis-server to start.
  RedisServer();
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  void Start();
  /// kill -9.
  void Kill();
  /// Stops it so that it neither answers nor goes away, and lets it go on.
  void Freeze();
  void Thaw();

  std::string socket() const;
  events::RedisOptions options() const;
  std::unique_ptr<events::Bus> NewBus() const { return events::MakeRedisBus(options()); }
  /// Runs one command as redis-cli would and answers its reply as text; "(error) ..." for errors.
  std::string Run(const std::vector<std::string>& arguments) const;

 private:
  bool Answers() const;

  TempDir folder_;
  pid_t process_ = -1;
};

}  // namespace muster::testing
