#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/config/server_settings.h"

namespace muster::musterd {

/// All services in one process: over SQLite and a private Redis, the embedded default, or as set.
class App {
 public:
  /// What the process does for it.
  struct Host {
    /// Called when the data can no longer be trusted.
    std::function<void(const absl::Status&)> on_fatal;
    /// True when the process is to end while it still waits for what it needs to start.
    std::function<bool()> stop_requested;
  };

  /// Builds and starts everything.
  /// Errors: ALREADY_RUNNING when another process has the data folder; those of opening stores, keys and ports.
  static absl::StatusOr<std::unique_ptr<App>> Start(const config::ServerSettings& settings, Host host);
  virtual ~App() = default;

  /// Refuses new calls, finishes those that run (at most ten seconds), then stops everything.
  virtual void Shutdown() = 0;
};

}  // namespace muster::musterd
