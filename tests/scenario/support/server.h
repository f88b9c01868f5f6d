#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace muster::testing {

/// The real musterd with its private Redis, in a folder of its own and on free ports; gone with the object. Its data is
/// on the kind of store that the program is run for (KindOfStore).
class Server {
 public:
  Server();
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts it and waits until it answers on its socket; false when it does not within a minute.
  bool Start();
  /// Asks it to end (SIGTERM) and waits; its exit code.
  int Stop();
  /// kill -9, and of its redis-server too when `redis` is set.
  void Kill(bool redis);
  /// Ends its redis-server with kill -9; musterd starts another. False when none was running.
  bool KillRedis() const;

  std::filesystem::path data_dir() const { return folder_.path() / "var"; }
  std::string socket() const { return data_dir() / "run" / "musterd.sock"; }
  std::string redis_socket() const { return data_dir() / "run" / "redis.sock"; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(http_port_); }
  /// A file of this test's own.
  std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }
  /// What it wrote last, for the message of a failure.
  std::string LogTail() const;
  bool is_running() const { return process_ > 0; }

 private:
  pid_t RedisPid() const;
  bool AwaitAnswer();

  TempDir folder_;
  int http_port_ = 0;
  int grpc_port_ = 0;
  pid_t process_ = -1;
};

/// What a program answered.
struct ProgramResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs the real `muster` against a server and waits for it: "--data-dir" and "--lang en" are put in front.
ProgramResult RunMuster(const Server& server, std::vector<std::string> arguments);

/// A `muster` that runs beside the test until the object is gone, with its output in a file.
class BackgroundMuster {
 public:
  BackgroundMuster(const Server& server, const std::string& name, std::vector<std::string> arguments);
  ~BackgroundMuster();
  BackgroundMuster(const BackgroundMuster&) = delete;
  BackgroundMuster& operator=(const BackgroundMuster&) = delete;

  /// What it has printed so far.
  std::string Output() const;
  /// Waits until it has printed `text`; false after `seconds`.
  bool AwaitText(const std::string& text, int seconds = 20) const;

 private:
  const std::filesystem::path file_;
  pid_t process_ = -1;
};

}  // namespace muster::testing
