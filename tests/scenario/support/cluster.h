#pragma once

#include <sys/types.h>

#include <atomic>
#include <string>
#include <vector>

#include "tests/scenario/support/deployment.h"

namespace muster::testing {

/// What deploy/cluster.sh runs on this machine: PostgreSQL, Redis and two of each service, on loopback; gone with the
/// object. Its doors are its gateways, in turn. While it lives, this process collects what its descendants leave.
class Cluster : public Deployment {
 public:
  Cluster();
  ~Cluster() override;

  /// Starts what does not run and waits until it is ready; false when it does not become so.
  bool Start() const;
  /// Starts one process, "dispatch-2", "postgresql" or "redis"; false when that failed.
  bool Start(const std::string& process) const;
  /// Sends a signal to one; false when it does not run. After SIGKILL it is gone.
  bool Signal(const std::string& process, int signal) const;
  /// Throws away all that Redis holds; false when it did not answer.
  bool FlushRedis() const;

  /// The processes of the services: "dispatch-2".
  static std::vector<std::string> Members();

  std::filesystem::path data_dir() const override;
  std::string LogTail() const override;

 private:
  bool Run(std::vector<std::string> words) const;
  pid_t PidOf(const std::string& process) const;

  const int port_;
  mutable std::atomic<unsigned> door_ = 0;
};

}  // namespace muster::testing
