#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "muster/config/server_settings.h"
#include "muster/telemetry/log.h"
#include "services/musterd/app.h"

namespace {

constexpr int kExitFailed = 1;
constexpr int kExitStoreBroken = 70;

/// True when SIGTERM or SIGINT has come and waits for WaitForStop.
bool StopRequested() {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

/// Waits for SIGTERM or SIGINT, which every thread has blocked.
void WaitForStop(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  muster::telemetry::LogInfo("stopping", {{"signal", signal}});
}

}  // namespace

int main(int argc, char** argv) {
  muster::config::ServerSettings settings;
  muster::config::Loader loader = muster::config::ServerLoader(settings);
  if (const auto exit_code = muster::config::LoadForMain(loader, argc, argv)) {
    return *exit_code;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  umask(077);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);  // memory holds personal data

  muster::telemetry::Logger logger({.service = "musterd",
                                    .level = *muster::telemetry::LevelFromName(settings.log_level),
                                    .json = settings.log_format == "json"});
  muster::telemetry::SetLogger(&logger);
  auto app = muster::musterd::App::Start(
      settings, {.on_fatal = [](const absl::Status&) { _exit(kExitStoreBroken); }, .stop_requested = StopRequested});
  if (!app.ok()) {
    const std::string reason(app.status().message());
    muster::telemetry::LogError("could not start", {{"reason", reason}});
    std::fprintf(stderr, "musterd: %s\n", reason.c_str());
    muster::telemetry::SetLogger(nullptr);
    return kExitFailed;
  }
  muster::telemetry::LogInfo("ready", {{"listen", settings.listen}, {"rpc_listen", settings.rpc_listen}});
  WaitForStop(signals);
  (*app)->Shutdown();
  app->reset();
  muster::telemetry::LogInfo("stopped");
  muster::telemetry::SetLogger(nullptr);
  return EXIT_SUCCESS;
}
