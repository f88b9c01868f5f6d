#include "muster/server/run.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "muster/config/server_settings.h"
#include "muster/telemetry/log.h"

namespace muster::server {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitStoreBroken = 70;

/// Blocked in every thread, and waited for by main.
sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

/// True when a signal has come and waits for WaitForStop.
bool StopRequested() {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

void WaitForStop() {
  const sigset_t signals = StopSignals();
  int signal = 0;
  sigwait(&signals, &signal);
  telemetry::LogInfo("stopping", {{"signal", signal}});
}

void PrepareProcess() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  umask(077);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);  // memory holds personal data
}

int Serve(const std::string& name, const config::ServerSettings& settings, const std::vector<Module>& modules) {
  auto process = Process::Start(
      name, settings, modules,
      {.on_fatal = [](const absl::Status&) { _exit(kExitStoreBroken); }, .stop_requested = StopRequested});
  if (!process.ok()) {
    const std::string reason(process.status().message());
    telemetry::LogError("could not start", {{"reason", reason}});
    std::fprintf(stderr, "%s: %s\n", name.c_str(), reason.c_str());
    return kExitFailed;
  }
  telemetry::LogInfo("ready", {{"listen", settings.listen}, {"rpc_listen", settings.rpc_listen}});
  WaitForStop();
  (*process)->Shutdown();
  process->reset();
  telemetry::LogInfo("stopped");
  return EXIT_SUCCESS;
}

}  // namespace

int Run(int argc, char** argv, const std::string& name, const std::vector<Module>& modules) {
  config::ServerSettings settings;
  config::Loader loader = config::ServerLoader(settings);
  if (const auto exit_code = config::LoadForMain(loader, argc, argv)) {
    return *exit_code;
  }
  PrepareProcess();
  telemetry::Logger logger(
      {.service = name, .level = *telemetry::LevelFromName(settings.log_level), .json = settings.log_format == "json"});
  telemetry::SetLogger(&logger);
  const int status = Serve(name, settings, modules);
  telemetry::SetLogger(nullptr);
  return status;
}

}  // namespace muster::server
