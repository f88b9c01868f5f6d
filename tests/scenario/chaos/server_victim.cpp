#include "tests/scenario/chaos/server_victim.h"

#include <csignal>

#include "tests/scenario/kill/until.h"

namespace muster::testing {
namespace {

constexpr std::chrono::seconds kStarts{20};

std::string Configuration(int redis_port) {
  return "[redis]\nmode = \"external\"\naddress = \"127.0.0.1:" + std::to_string(redis_port) + "\"\n";
}

}  // namespace

ServerVictim::ServerVictim()
    : redis_port_(FreePort()),
      redis_(redis_port_),
      network_(redis_port_),
      server_(Configuration(network_.port()), {"MUSTER_CLOCK_OFFSET_FILE=" + clock_.string()}) {
  std::filesystem::create_directories(server_.data_dir());
  disk_ = std::make_unique<SmallDisk>(server_.data_dir());
}

ServerVictim::~ServerVictim() {
  if (server_.is_running()) {
    server_.Stop();
  }
}

bool ServerVictim::Start(const std::string& process) {
  if (process == "redis") {
    redis_.Launch();
  } else {
    server_.Launch();
  }
  return true;
}

bool ServerVictim::Await(const std::string& process) {
  return process == "redis" ? Until([&] { return redis_.Answers(); }, kStarts) : server_.AwaitAnswer();
}

bool ServerVictim::Signal(const std::string& process, int signal) {
  if (process == "redis") {
    return redis_.Signal(signal);
  }
  return server_.Signal(signal);
}

events::RedisOptions ServerVictim::redis() const {
  events::RedisOptions options;
  options.port = redis_port_;
  return options;
}

}  // namespace muster::testing
