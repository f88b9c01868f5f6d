#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/cli/app/globals.h"
#include "services/cli/connect/session.h"
#include "services/cli/output/output.h"

namespace muster::cli {

/// What a command works with. Not thread-safe.
class Context {
 public:
  Context(const Globals& globals, Output& output, const Clock& clock = SystemClock())
      : globals_(globals), output_(output), clock_(clock) {}

  /// Connects with the key that the caller chose, else with `default_identity`'s; once, later calls answer the same.
  absl::StatusOr<Session*> Open(const std::string& default_identity = "operator");

  /// Connects with the key of a named identity, whatever the caller chose. A session of its own.
  absl::StatusOr<std::unique_ptr<Session>> OpenAs(const std::string& identity) const;
  /// Connects with this key. A session of its own.
  absl::StatusOr<std::unique_ptr<Session>> OpenWithKey(const std::string& api_key) const;

  /// Asks a yes-or-no question on the terminal. With --yes: true; without a terminal: a usage error.
  absl::StatusOr<bool> Confirm(const Text& question);

  const Globals& globals() const { return globals_; }
  Output& output() { return output_; }
  Language language() const { return output_.language(); }
  const Clock& clock() const { return clock_; }

 private:
  SessionOptions OptionsWith(std::string api_key) const;

  const Globals& globals_;
  Output& output_;
  const Clock& clock_;
  std::unique_ptr<Session> session_;
};

/// The socket of a musterd with this data folder.
std::string SocketPath(const std::string& data_dir);

}  // namespace muster::cli
