#include "tests/scenario/chaos/cluster_victim.h"

#include <csignal>
#include <utility>

#include "tests/scenario/kill/until.h"
#include "tests/scenario/support/program.h"

namespace muster::testing {
namespace {

/// A new postmaster starts only when the children of the killed one are gone.
constexpr std::chrono::seconds kStarts{20};
constexpr std::chrono::seconds kAppears{5};

std::string ServiceOf(const std::string& member) { return member.substr(0, member.rfind('-')); }

std::string At(int port) { return "127.0.0.1:" + std::to_string(port); }

std::string Uppercase(std::string text) {
  for (char& letter : text) {
    letter = static_cast<char>(letter - 'a' + 'A');
  }
  return text;
}

}  // namespace

ClusterVictim::ClusterVictim() {
  std::map<std::string, std::string> peers;
  for (const std::string& member : Cluster::Members()) {
    if (ServiceOf(member) != "gateway") {
      std::string& instances = peers["MUSTER_PEERS_" + Uppercase(ServiceOf(member))];
      instances += (instances.empty() ? "" : ",") + At(AddLink("peers", member, cluster_.PortOf(member)));
    }
  }
  for (const std::string& member : Cluster::Members()) {
    std::vector<std::string> variables{"MUSTER_CLOCK_OFFSET_FILE=" + ClockOf(member).string()};
    for (const auto& [name, instances] : peers) {
      variables.push_back(name + "=" + instances);
    }
    variables.push_back("MUSTER_REDIS_ADDRESS=" + At(AddLink("redis", member, cluster_.PortOf("redis"))));
    if (ServiceOf(member) != "gateway" && ServiceOf(member) != "matching") {
      const int port = AddLink("postgresql", member, cluster_.PortOf("postgresql"));
      variables.push_back("MUSTER_STORAGE_CONNECTION=host=127.0.0.1 port=" + std::to_string(port) + " user=muster");
    }
    cluster_.SetEnvironment(member, variables);
  }
  std::filesystem::create_directories(cluster_.file("clocks"));
  std::filesystem::create_directories(cluster_.postgres_folder());
  disk_ = std::make_unique<SmallDisk>(cluster_.postgres_folder());
}

int ClusterVictim::AddLink(const std::string& network, const std::string& name, int target_port) {
  networks_[network][name] = &proxies_.emplace_back(target_port);
  return proxies_.back().port();
}

/// The log of changes is kept short, so that a full disk soon has no room for its next piece.
bool ClusterVictim::StartAll() {
  return cluster_.Start() && cluster_.RunAtPostgres(
                                 "ALTER SYSTEM SET max_wal_size = '64MB';\n"
                                 "ALTER SYSTEM SET min_wal_size = '32MB';\n"
                                 "SELECT pg_reload_conf();\n");
}

std::vector<std::string> ClusterVictim::Processes() const {
  std::vector<std::string> processes = Cluster::Members();
  processes.insert(processes.end(), {"postgresql", "redis"});
  return processes;
}

bool ClusterVictim::Start(const std::string& process) {
  if (process != "postgresql") {
    return cluster_.Start(process);
  }
  if (starts_postgres_ > 0) {
    WaitFor(std::exchange(starts_postgres_, 0));
  }
  starts_postgres_ = cluster_.BeginPostgres();
  return Until([&] { return cluster_.Signal(process, 0); }, kAppears);
}

bool ClusterVictim::Await(const std::string& process) {
  if (process == "postgresql" && starts_postgres_ > 0 && WaitFor(std::exchange(starts_postgres_, 0)) == 0) {
    return true;
  }
  return Until([&] { return cluster_.Start(process); }, kStarts);
}

std::vector<std::filesystem::path> ClusterVictim::Clocks() const {
  std::vector<std::filesystem::path> files;
  for (const std::string& member : Cluster::Members()) {
    files.push_back(ClockOf(member));
  }
  return files;
}

}  // namespace muster::testing
