#include "tests/scenario/support/cluster.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>

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
  WritePrograms();
}

Cluster::~Cluster() { Stop(); }

bool Cluster::Start() const { return Run({"up", "--instances", std::to_string(kInstances), "--scale", "0"}); }

bool Cluster::Start(const std::string& process) const { return Run({"start", process}); }

bool Cluster::Stop(const std::string& process) const { return Run({"stop", process}); }

pid_t Cluster::BeginPostgres() const { return Begin({"start", "postgresql"}); }

bool Cluster::Run(std::vector<std::string> words) const { return WaitFor(Begin(std::move(words))) == 0; }

pid_t Cluster::Begin(std::vector<std::string> words) const {
  const std::string programs = file("programs");
  const std::string data = file("data");
  std::vector<std::string> all{"/usr/bin/env",
                               "MUSTER_BIN=" + programs,
                               "MUSTER_CLUSTER_DIR=" + data,
                               "MUSTER_CLUSTER_NETWORK=loopback",
                               "MUSTER_CLUSTER_PORT=" + std::to_string(port_),
                               CLUSTER_SCRIPT};
  all.insert(all.end(), words.begin(), words.end());
  return Launch(all, file("cluster.sh.log"), file("cluster.sh.log"));
}

/// The programs as they were built, but a service takes its member's environment with it.
void Cluster::WritePrograms() const {
  const fs::path built = fs::path(MUSTER_PROGRAM).parent_path();
  fs::create_directories(file("programs"));
  fs::create_directories(file("environment"));
  fs::create_symlink(MUSTER_PROGRAM, file("programs/muster"));
  for (const std::string& member : Members()) {
    const std::string name = "muster-" + member.substr(0, member.rfind('-'));
    std::ofstream(file("programs/" + name)) << "#!/bin/sh\n"
                                            << "member=${2%/settings.toml}\n"  // --config .../dispatch-2/settings.toml
                                            << "environment='" << file("environment").string() << "'/${member##*/}\n"
                                            << "[ ! -e \"$environment\" ] || . \"$environment\"\n"
                                            << "exec '" << (built / name).string() << "' \"$@\"\n";
    fs::permissions(file("programs/" + name), fs::perms::owner_all);
  }
}

void Cluster::SetEnvironment(const std::string& member, const std::vector<std::string>& variables) const {
  std::ofstream out(file("environment/" + member));
  for (const std::string& variable : variables) {
    const size_t equals = variable.find('=');
    out << "export " << variable.substr(0, equals) << "='" << variable.substr(equals + 1) << "'\n";
  }
}

int Cluster::PortOf(const std::string& process) const {
  if (process == "postgresql") {
    return port_ + 98;
  }
  if (process == "redis") {
    return port_ + 99;
  }
  const std::vector<std::string> members = Members();
  return port_ + 11 + static_cast<int>(std::find(members.begin(), members.end(), process) - members.begin());
}

bool Cluster::Signal(const std::string& process, int signal) const {
  const pid_t pid = PidOf(process);
  if (pid <= 0 || kill(pid, signal) != 0) {
    return false;
  }
  if (signal == SIGKILL) {
    waitpid(pid, nullptr, 0);
  } else if (process == "postgresql") {
    for (const pid_t child : ChildrenOfPostgres()) {
      kill(child, signal);
    }
  }
  return true;
}

std::vector<pid_t> Cluster::ChildrenOfPostgres() const {
  const std::string pid = std::to_string(PidOf("postgresql"));
  std::ifstream file("/proc/" + pid + "/task/" + pid + "/children");
  return {std::istream_iterator<pid_t>(file), {}};
}

bool Cluster::KillChildOfPostgres(unsigned which) const {
  const std::vector<pid_t> children = ChildrenOfPostgres();
  return !children.empty() && kill(children[which % children.size()], SIGKILL) == 0;
}

pid_t Cluster::PidOf(const std::string& process) const {
  pid_t pid = 0;
  std::ifstream(PidFile(file("data"), process)) >> pid;
  std::string name;  // its number may be another process's by now
  std::ifstream("/proc/" + std::to_string(pid) + "/comm") >> name;
  return name.starts_with(CommandOf(process)) ? pid : 0;
}

events::RedisOptions Cluster::redis() const {
  events::RedisOptions options;
  options.port = PortOf("redis");
  options.password = ReadAll(file("data/redis.password"));
  return options;
}

bool Cluster::RunAtPostgres(const std::string& script) const {
  const std::string command = "PGPASSWORD=$(cat '" + file("data/postgres.password").string() +
                              "') timeout 10 psql -h 127.0.0.1 -p " + std::to_string(PortOf("postgresql")) +
                              " -U muster -d postgres -qAt -v ON_ERROR_STOP=1";
  std::ofstream(file("script.sql")) << script;
  return WaitFor(Launch({"/bin/sh", "-c", command + " -f '" + file("script.sql").string() + "'"}, file("psql.log"),
                        file("psql.log"))) == 0;
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

std::vector<std::string> Cluster::urls() const {
  std::vector<std::string> urls;
  for (int number = 0; number < kInstances; ++number) {
    urls.push_back("http://127.0.0.1:" + std::to_string(port_ + number));
  }
  return urls;
}

std::string Cluster::LogTail() const { return TailOf(file("cluster.sh.log")); }

}  // namespace muster::testing
