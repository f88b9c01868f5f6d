#include "tests/support/redis_server.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "tests/support/redis_client.h"

namespace muster::testing {
namespace {

[[noreturn]] void BecomeRedis(const std::string& folder, const std::string& socket, int port, bool ends_with_parent) {
  if (ends_with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
  }
  const std::string log = folder + "/redis.log";
  execlp("redis-server", "redis-server", "--bind", "127.0.0.1", "--port", std::to_string(port).c_str(), "--unixsocket",
         socket.c_str(), "--dir", folder.c_str(), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
         "--logfile", log.c_str(), nullptr);
  _exit(127);
}

}  // namespace

RedisServer::RedisServer(int port) : port_(port) { Start(); }
RedisServer::~RedisServer() { Kill(); }

std::string RedisServer::socket() const { return (folder_.path() / "redis.sock").string(); }

events::RedisOptions RedisServer::options() const {
  events::RedisOptions options;
  options.unix_socket = socket();
  return options;
}

void RedisServer::Start() {
  Launch();
  for (int i = 0; i < 1000; ++i) {
    if (Answers()) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::fprintf(stderr, "redis-server does not start\n");
  std::abort();
}

void RedisServer::Launch() {
  const bool is_main_thread = gettid() == getpid();  // another thread's end would end it too
  process_ = fork();
  if (process_ == 0) {
    BecomeRedis(folder_.path().string(), socket(), port_, is_main_thread);
  }
}

void RedisServer::Kill() { Signal(SIGKILL); }
void RedisServer::Freeze() { Signal(SIGSTOP); }
void RedisServer::Thaw() { Signal(SIGCONT); }

bool RedisServer::Signal(int signal) {
  if (process_ <= 0 || waitpid(process_, nullptr, WNOHANG) != 0) {
    process_ = -1;
    return false;
  }
  kill(process_, signal);
  if (signal == SIGKILL) {
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  return true;
}

bool RedisServer::Answers() const { return Run({"PING"}) == "PONG"; }

std::string RedisServer::Run(const std::vector<std::string>& arguments) const { return RunRedis(options(), arguments); }

}  // namespace muster::testing
