#include "tests/scenario/support/cluster.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/scenario/support/program.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kInstances = 2;

/// Outside the ports that the system hands out; cluster.sh uses a hundred.
int PortsOfThisProcess() { return 20000 + getpid() % 100 * 100; }

fs::path PidFile(const fs::path& data, const std::string& process) {
  return process == "postgresql" ? data / "postgres" / "postmaster.pid" : data / "run" / (process + ".pid");
}

/// How the system names it, at least the beginning.
std::string CommandOf(const std::string& process) {
  if (process == "postgresql") {
    return "postgres";
  }
  return process == "redis" ? "redis-server" : "muster-";
}

}  // namespace

Cluster::Cluster() : port_(PortsOfThisProcess()) {
  fs::permissions(file("."), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);  // for PostgreSQL
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

Cluster::~Cluster() { Run({"down"}); }

bool Cluster::Start() const { return Run({"up", "--instances", std::to_string(kInstances), "--scale", "0"}); }

bool Cluster::Start(const std::string& process) const { return Run({"start", process}); }

bool Cluster::Run(std::vector<std::string> words) const {
  const std::string programs = fs::path(MUSTER_PROGRAM).parent_path();
  const std::string data = file("data");
  std::vector<std::string> all{"/usr/bin/env",
                               "MUSTER_BIN=" + programs,
                               "MUSTER_CLUSTER_DIR=" + data,
                               "MUSTER_CLUSTER_NETWORK=loopback",
                               "MUSTER_CLUSTER_PORT=" + std::to_string(port_),
                               CLUSTER_SCRIPT};
  all.insert(all.end(), words.begin(), words.end());
  return WaitFor(Launch(all, file("cluster.sh.log"), file("cluster.sh.log"))) == 0;
}

bool Cluster::Signal(const std::string& process, int signal) const {
  const pid_t pid = PidOf(process);
  if (pid <= 0 || kill(pid, signal) != 0) {
    return false;
  }
  if (signal == SIGKILL) {
    waitpid(pid, nullptr, 0);
  }
  return true;
}

pid_t Cluster::PidOf(const std::string& process) const {
  pid_t pid = 0;
  std::ifstream(PidFile(file("data"), process)) >> pid;
  std::string name;  // its number may be another process's by now
  std::ifstream("/proc/" + std::to_string(pid) + "/comm") >> name;
  return name.starts_with(CommandOf(process)) ? pid : 0;
}

bool Cluster::FlushRedis() const {
  const std::string command = "REDISCLI_AUTH=$(cat '" + file("data/redis.password").string() +
                              "') timeout 2 redis-cli -p " + std::to_string(port_ + 99) + " FLUSHALL | grep -qx OK";
  return WaitFor(Launch({"/bin/sh", "-c", command}, file("redis-cli.log"), file("redis-cli.log"))) == 0;
}

std::vector<std::string> Cluster::Members() {
  std::vector<std::string> members;
  for (const char* service : {"identity", "registry", "dispatch", "exchange", "notify", "matching", "gateway"}) {
    for (int number = 1; number <= kInstances; ++number) {
      members.push_back(service + ("-" + std::to_string(number)));
    }
  }
  return members;
}

fs::path Cluster::data_dir() const { return file("data") / ("gateway-" + std::to_string(1 + door_++ % kInstances)); }

std::string Cluster::LogTail() const { return TailOf(file("cluster.sh.log")); }

}  // namespace muster::testing
