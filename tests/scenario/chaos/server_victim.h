#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/scenario/chaos/victim.h"
#include "tests/scenario/support/server.h"
#include "tests/support/redis_server.h"

namespace muster::testing {

/// musterd on SQLite, with a Redis behind a network. (That it looks after a private Redis of its own is what kill_test
/// shows.)
class ServerVictim : public Victim {
 public:
  ServerVictim();
  ~ServerVictim() override;

  const Deployment& deployment() const override { return server_; }
  bool StartAll() override { return server_.Start(); }
  std::vector<std::string> Processes() const override { return {"musterd", "redis"}; }
  bool Start(const std::string& process) override;
  bool Await(const std::string& process) override;
  bool Signal(const std::string& process, int signal) override;
  std::map<std::string, Links> Networks() override { return {{"redis", {{"musterd", &network_}}}}; }
  events::RedisOptions redis() const override;
  std::filesystem::path redis_folder() const override { return redis_.folder(); }
  const SmallDisk& disk() const override { return *disk_; }
  std::string EndsOnFullDisk() const override { return ""; }
  std::vector<std::filesystem::path> Clocks() const override { return {clock_}; }

 private:
  const TempDir folder_;
  const std::filesystem::path clock_ = folder_.path() / "musterd";
  const int redis_port_;
  RedisServer redis_;
  TcpProxy network_;
  Server server_;
  std::unique_ptr<SmallDisk> disk_;
};

}  // namespace muster::testing
