#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "muster/events/bus.h"
#include "muster/events/redis_bus.h"
#include "tests/support/temp_dir.h"

namespace muster::testing {

/// A redis-server of the test's own, on a unix socket in a folder of its own, and on a port of loopback if one is
/// given; gone with the object. It keeps an append-only file, so that it comes back with what it had when it is killed
/// and started again.
class RedisServer {
 public:
  /// Starts it and waits until it answers; ends the test run when there is no redis-server to start.
  explicit RedisServer(int port = 0);
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  void Start();
  /// Starts it and does not wait.
  void Launch();
  /// kill -9.
  void Kill();
  /// Stops it so that it neither answers nor goes away, and lets it go on.
  void Freeze();
  void Thaw();
  /// Sends it a signal; false when it does not run. After SIGKILL it is gone.
  bool Signal(int signal);

  std::string socket() const;
  /// Where it keeps its data.
  const std::filesystem::path& folder() const { return folder_.path(); }
  events::RedisOptions options() const;
  std::unique_ptr<events::Bus> NewBus() const { return events::MakeRedisBus(options()); }
  /// Runs one command as redis-cli would and answers its reply as text; "(error) ..." for errors.
  std::string Run(const std::vector<std::string>& arguments) const;
  bool Answers() const;

 private:
  TempDir folder_;
  const int port_;
  pid_t process_ = -1;
};

}  // namespace muster::testing
