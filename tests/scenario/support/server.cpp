#include "tests/scenario/support/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>
#include <utility>

#include "services/cli/connect/unix_socket.h"
#include "tests/scenario/support/program.h"
#include "tests/support/postgres_server.h"
#include "tests/support/store_under_test.h"

namespace muster::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// A database for each service, named in the configuration.
void UsePostgres(const std::filesystem::path& configuration) {
  static int made = 0;
  const std::string prefix = "scenario_" + std::to_string(getpid()) + "_" + std::to_string(++made) + "_";
  for (const char* service : {"identity", "registry", "dispatch", "notify", "exchange"}) {
    RunSql(SharedPostgres() + " dbname=postgres", "CREATE DATABASE " + prefix + service);
  }
  std::ofstream(configuration, std::ios::app) << "[storage]\nmode = \"postgres\"\nconnection = \"" << SharedPostgres()
                                              << "\"\ndatabase_prefix = \"" << prefix << "\"\n";
}

}  // namespace

int FreePort() {
  const int file = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  bind(file, reinterpret_cast<sockaddr*>(&address), length);
  getsockname(file, reinterpret_cast<sockaddr*>(&address), &length);
  close(file);
  return ntohs(address.sin_port);
}

Server::Server(const std::string& configuration, std::vector<std::string> environment)
    : environment_(std::move(environment)) {
  std::ofstream(file("musterd.toml")) << "# of this test\n" << configuration;
  if (KindOfStore().name == "Postgres") {
    UsePostgres(file("musterd.toml"));
  }
}

Server::~Server() {
  if (process_ > 0) {
    Stop();
  }
}

bool Server::Start() {
  Launch();
  return AwaitAnswer();
}

void Server::Launch() {
  // The ports stay the same over a restart, as they do for people.
  http_port_ = http_port_ == 0 ? FreePort() : http_port_;
  grpc_port_ = grpc_port_ == 0 ? FreePort() : grpc_port_;
  std::vector<std::string> words{"/usr/bin/env"};
  words.insert(words.end(), environment_.begin(), environment_.end());
  words.insert(words.end(),
               {MUSTERD_PROGRAM, "--config", file("musterd.toml"), "--data-dir", data_dir(), "--listen",
                "127.0.0.1:" + std::to_string(http_port_), "--grpc-listen", "127.0.0.1:" + std::to_string(grpc_port_)});
  process_ = ::muster::testing::Launch(words, file("musterd.log"), file("musterd.log"));
}

bool Server::Signal(int signal) {
  if (process_ <= 0 || waitpid(process_, nullptr, WNOHANG) != 0) {
    process_ = -1;
    return false;
  }
  kill(process_, signal);
  if (signal == SIGKILL) {
    WaitFor(std::exchange(process_, -1));
  }
  return true;
}

bool Server::AwaitAnswer() {
  const auto end = steady_clock::now() + seconds(60);
  while (steady_clock::now() < end) {
    if (cli::SocketAnswers(socket())) {
      return true;
    }
    if (waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = -1;
      return false;
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
  return false;
}

int Server::Stop() {
  kill(process_, SIGTERM);
  const int code = WaitFor(process_);
  process_ = -1;
  return code;
}

pid_t Server::RedisPid() const {
  pid_t process = 0;
  std::ifstream(data_dir() / "run" / "redis.pid") >> process;
  return process;
}

bool Server::KillRedis() const {
  const pid_t redis = RedisPid();
  std::string name;  // its number may be another process's by now
  std::ifstream("/proc/" + std::to_string(redis) + "/comm") >> name;
  return redis > 0 && name == "redis-server" && kill(redis, SIGKILL) == 0;
}

void Server::Kill(bool redis) {
  if (redis) {
    KillRedis();
  }
  kill(process_, SIGKILL);
  WaitFor(process_);
  process_ = -1;
}

std::string Server::LogTail() const { return TailOf(file("musterd.log")); }

}  // namespace muster::testing
