#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/scenario/support/deployment.h"

namespace muster::testing {

/// A port that nobody uses right now.
int FreePort();

/// The real musterd with its private Redis, in a folder of its own and on free ports; gone with the object. Its data is
/// on the kind of store that the program is run for (KindOfStore).
class Server : public Deployment {
 public:
  Server() : Server("", {}) {}
  /// With more lines in its configuration, and variables in its environment.
  Server(const std::string& configuration, std::vector<std::string> environment);
  ~Server() override;

  /// Starts it and waits until it answers on its socket; false when it does not within a minute.
  bool Start();
  /// Starts it and does not wait.
  void Launch();
  /// Waits until it answers on its socket; false when it ends before, or does not answer within a minute.
  bool AwaitAnswer();
  /// Sends it a signal; false when it does not run. After SIGKILL it is gone.
  bool Signal(int signal);
  /// Asks it to end (SIGTERM) and waits; its exit code.
  int Stop();
  /// kill -9, and of its redis-server too when `redis` is set.
  void Kill(bool redis);
  /// Ends its redis-server with kill -9; musterd starts another. False when none was running.
  bool KillRedis() const;

  std::filesystem::path data_dir() const override { return file("var"); }
  std::vector<std::string> urls() const override { return {url()}; }
  std::string LogTail() const override;
  std::string redis_socket() const { return data_dir() / "run" / "redis.sock"; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(http_port_); }
  int http_port() const { return http_port_; }
  pid_t process() const { return process_; }
  bool is_running() const { return process_ > 0; }

 private:
  pid_t RedisPid() const;

  const std::vector<std::string> environment_;
  int http_port_ = 0;
  int grpc_port_ = 0;
  pid_t process_ = -1;
};

}  // namespace muster::testing
