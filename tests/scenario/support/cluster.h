#pragma once

#include <sys/types.h>

#include <atomic>
#include <string>
#include <vector>

#include "muster/events/redis_bus.h"
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
  /// Ends everything; the object's end does so too.
  void Stop() const { Run({"down"}); }
  /// Starts one process, "dispatch-2", "postgresql" or "redis"; false when that failed.
  bool Start(const std::string& process) const;
  /// Asks one process to end (SIGTERM) and waits until it has; false when that failed.
  bool Stop(const std::string& process) const;
  /// Begins to start the database and answers the process that waits for it (WaitFor); does not wait.
  pid_t BeginPostgres() const;
  /// Sends a signal to one, and to the children of the database; false when it does not run. After SIGKILL it is gone
  /// (the database's children end by themselves).
  bool Signal(const std::string& process, int signal) const;
  /// kill -9 of one of the database's children.
  bool KillChildOfPostgres(unsigned which) const;

  /// What a member finds in its environment from its next start on.
  void SetEnvironment(const std::string& member, const std::vector<std::string>& variables) const;
  /// Where a process listens: a member for the others, the database, Redis.
  int PortOf(const std::string& process) const;
  /// How to reach Redis.
  events::RedisOptions redis() const;
  std::filesystem::path postgres_folder() const { return file("data/postgres"); }
  std::filesystem::path redis_folder() const { return file("data/redis"); }
  /// Runs a script at the database; false when it failed.
  bool RunAtPostgres(const std::string& script) const;

  /// The processes of the services: "dispatch-2".
  static std::vector<std::string> Members();

  std::filesystem::path data_dir() const override;
  std::vector<std::string> urls() const override;
  std::string LogTail() const override;

 private:
  bool Run(std::vector<std::string> words) const;
  pid_t Begin(std::vector<std::string> words) const;
  void WritePrograms() const;
  pid_t PidOf(const std::string& process) const;
  std::vector<pid_t> ChildrenOfPostgres() const;

  const int port_;
  mutable std::atomic<unsigned> door_ = 0;
};

}  // namespace muster::testing
