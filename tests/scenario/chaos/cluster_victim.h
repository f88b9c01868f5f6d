#pragma once

#include <sys/types.h>

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "tests/scenario/chaos/victim.h"
#include "tests/scenario/support/cluster.h"

namespace muster::testing {

/// What deploy/cluster.sh runs, with a network of its own between every process and Redis, between every owner of data
/// and PostgreSQL, and in front of every process that others call.
class ClusterVictim : public Victim {
 public:
  ClusterVictim();
  ~ClusterVictim() override { cluster_.Stop(); }

  const Deployment& deployment() const override { return cluster_; }
  bool StartAll() override;
  std::vector<std::string> Processes() const override;
  bool Start(const std::string& process) override;
  bool Await(const std::string& process) override;
  bool Signal(const std::string& process, int signal) override { return cluster_.Signal(process, signal); }
  bool KillChildOfPostgres(unsigned which) override { return cluster_.KillChildOfPostgres(which); }
  std::map<std::string, Links> Networks() override { return networks_; }
  events::RedisOptions redis() const override { return cluster_.redis(); }
  std::filesystem::path redis_folder() const override { return cluster_.redis_folder(); }
  const SmallDisk& disk() const override { return *disk_; }
  std::string EndsOnFullDisk() const override { return "postgresql"; }
  std::vector<std::filesystem::path> Clocks() const override;

 private:
  int AddLink(const std::string& network, const std::string& name, int target_port);
  std::filesystem::path ClockOf(const std::string& member) const { return cluster_.file("clocks") / member; }

  const Cluster cluster_;
  std::list<TcpProxy> proxies_;
  std::map<std::string, Links> networks_;
  std::unique_ptr<SmallDisk> disk_;
  pid_t starts_postgres_ = 0;  ///< waits for a database that was started
};

}  // namespace muster::testing
