#include "tests/scenario/support/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

namespace muster::testing {
namespace {

std::vector<std::string> MusterWords(const Deployment& deployment, std::vector<std::string> arguments) {
  std::vector<std::string> words{MUSTER_PROGRAM, "--data-dir", deployment.data_dir(), "--lang", "en"};
  words.insert(words.end(), std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end()));
  return words;
}

}  // namespace

pid_t Launch(const std::vector<std::string>& words, const std::filesystem::path& out,
             const std::filesystem::path& err) {
  std::vector<char*> arguments;
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  const pid_t process = fork();
  if (process == 0) {
    dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), STDOUT_FILENO);
    dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), STDERR_FILENO);
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  return process;
}

int WaitFor(pid_t process) {
  int status = 0;
  waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string ReadAll(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string TailOf(const std::filesystem::path& file) {
  const std::string text = ReadAll(file);
  constexpr size_t kTail = 3000;
  return text.size() < kTail ? text : text.substr(text.size() - kTail);
}

ProgramResult RunMuster(const Deployment& deployment, std::vector<std::string> arguments) {
  static int runs = 0;
  const auto out = deployment.file("out." + std::to_string(++runs));
  const auto err = deployment.file("err." + std::to_string(runs));
  const pid_t process = Launch(MusterWords(deployment, std::move(arguments)), out, err);
  ProgramResult result;
  result.exit_code = WaitFor(process);
  result.out = ReadAll(out);
  result.err = ReadAll(err);
  return result;
}

BackgroundMuster::BackgroundMuster(const Deployment& deployment, const std::string& name,
                                   std::vector<std::string> arguments)
    : file_(deployment.file(name)), process_(Launch(MusterWords(deployment, std::move(arguments)), file_, file_)) {}

BackgroundMuster::~BackgroundMuster() {
  kill(process_, SIGTERM);
  WaitFor(process_);
}

std::string BackgroundMuster::Output() const { return ReadAll(file_); }

bool BackgroundMuster::AwaitText(const std::string& text, int seconds) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (Output().find(text) != std::string::npos) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

}  // namespace muster::testing
