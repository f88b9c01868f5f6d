#include "redis_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <utility>
#include <vector>

#include "muster/telemetry/log.h"

namespace muster::server {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5000};
constexpr std::chrono::milliseconds kPoll{50};

}  // namespace

RedisProcess::RedisProcess(std::string program, const std::filesystem::path& data_dir)
    : program_(std::move(program)),
      folder_(std::filesystem::absolute(data_dir) / "redis"),
      socket_(std::filesystem::absolute(data_dir) / "run" / "redis.sock"),
      pid_file_(std::filesystem::absolute(data_dir) / "run" / "redis.pid") {
  std::filesystem::create_directories(folder_);
  EndLeftover();
  thread_ = std::thread([this] { Supervise(); });
}

RedisProcess::~RedisProcess() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

/// A server whose parent was killed in the same instant may still hold the socket.
void RedisProcess::EndLeftover() const {
  pid_t leftover = 0;
  std::ifstream(pid_file_) >> leftover;
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/" + std::to_string(leftover) + "/exe", ignored);
  const auto folder = std::filesystem::read_symlink("/proc/" + std::to_string(leftover) + "/cwd", ignored);
  if (leftover > 0 && program.filename().string().starts_with("redis") && folder == folder_) {
    kill(leftover, SIGKILL);
  }
  std::filesystem::remove(socket_, ignored);
}

pid_t RedisProcess::Launch() {
  std::vector<std::string> words{program_,
                                 "--port",
                                 "0",
                                 "--unixsocket",
                                 socket_.string(),
                                 "--unixsocketperm",
                                 "600",
                                 "--dir",
                                 folder_.string(),
                                 "--appendonly",
                                 "yes",
                                 "--appendfsync",
                                 "everysec",
                                 "--save",
                                 "",
                                 "--daemonize",
                                 "no",
                                 "--maxmemory",
                                 "512mb",
                                 "--maxmemory-policy",
                                 "noeviction",
                                 "--logfile",
                                 (folder_ / "redis.log").string()};
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    // The thread that forked lives as long as the process, so this fires when the process ends, also by kill -9.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || chdir(folder_.c_str()) != 0) {
      _exit(127);
    }
    const int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    close_range(3, ~0U, 0);  // listeners and connections of this process are not its business
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  return child;
}

bool RedisProcess::Sleep(std::chrono::milliseconds time) {
  MutexLock lock(mutex_);
  if (!stopping_) {
    wake_.WaitFor(mutex_, time);
  }
  return !stopping_;
}

void RedisProcess::Supervise() {
  std::chrono::milliseconds pause = kFirstPause;
  for (;;) {
    const pid_t child = Launch();
    pid_ = child;
    std::ofstream(pid_file_) << child << "\n";
    const auto started = std::chrono::steady_clock::now();
    int status = 0;
    bool ended = child < 0;
    while (!ended && Sleep(kPoll)) {
      ended = waitpid(child, &status, WNOHANG) == child;
    }
    if (!ended) {  // stopping
      kill(child, SIGTERM);
      waitpid(child, &status, 0);
      pid_ = 0;
      return;
    }
    pid_ = 0;
    ++restarts_;
    telemetry::LogWarning("redis-server ended; starting it again", {{"wait_status", status}});
    const bool lived = std::chrono::steady_clock::now() - started > kLongestPause;
    pause = lived ? kFirstPause : std::min(pause * 2, kLongestPause);
    if (!Sleep(pause)) {
      return;
    }
  }
}

}  // namespace muster::server
