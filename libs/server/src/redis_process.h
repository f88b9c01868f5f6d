#pragma once

#include <sys/types.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "muster/base/mutex.h"

namespace muster::server {

/// A private redis-server on a unix socket in the data folder, started again whenever it ends. It holds nothing that
/// would be missed: what it loses is read from the feeds. Its life ends with this process, however that ends.
class RedisProcess {
 public:
  /// `program`: "redis-server" or a path; the socket is <data>/run/redis.sock, its files are in <data>/redis.
  RedisProcess(std::string program, const std::filesystem::path& data_dir);
  /// Ends the server.
  ~RedisProcess();
  RedisProcess(const RedisProcess&) = delete;
  RedisProcess& operator=(const RedisProcess&) = delete;

  const std::filesystem::path& socket() const { return socket_; }
  /// 0 while it is not running.
  pid_t pid() const { return pid_; }
  int restarts() const { return restarts_; }

 private:
  void Supervise();
  pid_t Launch();
  void EndLeftover() const;
  bool Sleep(std::chrono::milliseconds time);

  const std::string program_;
  const std::filesystem::path folder_;
  const std::filesystem::path socket_;
  const std::filesystem::path pid_file_;
  std::atomic<pid_t> pid_ = 0;
  std::atomic<int> restarts_ = 0;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ MUSTER_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace muster::server
