#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/scenario/support/deployment.h"

namespace muster::testing {

/// Starts a program with its output in files (appended to); its process id.
pid_t Launch(const std::vector<std::string>& words, const std::filesystem::path& out, const std::filesystem::path& err);

/// Waits for a child; its exit code, or 128 and the signal that ended it.
int WaitFor(pid_t process);

/// What is in a file; nothing when it is not there.
std::string ReadAll(const std::filesystem::path& file);
/// The same, its last part only: for the message of a failure.
std::string TailOf(const std::filesystem::path& file);

/// What a program answered.
struct ProgramResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs the real `muster` against a deployment and waits for it: "--data-dir" and "--lang en" are put in front.
ProgramResult RunMuster(const Deployment& deployment, std::vector<std::string> arguments);

/// A `muster` that runs beside the test until the object is gone, with its output in a file.
class BackgroundMuster {
 public:
  BackgroundMuster(const Deployment& deployment, const std::string& name, std::vector<std::string> arguments);
  ~BackgroundMuster();
  BackgroundMuster(const BackgroundMuster&) = delete;
  BackgroundMuster& operator=(const BackgroundMuster&) = delete;

  /// What it has printed so far.
  std::string Output() const;
  /// Waits until it has printed `text`; false after `seconds`.
  bool AwaitText(const std::string& text, int seconds = 20) const;

 private:
  const std::filesystem::path file_;
  pid_t process_ = -1;
};

}  // namespace muster::testing
