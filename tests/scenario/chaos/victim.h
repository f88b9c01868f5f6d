#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "muster/events/redis_bus.h"
#include "tests/scenario/support/deployment.h"
#include "tests/support/small_disk.h"
#include "tests/support/tcp_proxy.h"

namespace muster::testing {

/// A running deployment as strikes need it: its processes, the networks between them, its Redis, its disk and its
/// clocks. Processes have names: "musterd", "dispatch-2", "redis", "postgresql".
class Victim {
 public:
  virtual ~Victim() = default;

  virtual const Deployment& deployment() const = 0;
  /// Starts everything and waits until it is ready; false when it does not become so.
  virtual bool StartAll() = 0;

  /// Those that can be killed, stopped and started.
  virtual std::vector<std::string> Processes() const = 0;
  /// Starts one that does not run. It may not work yet, and may still fail.
  virtual bool Start(const std::string& process) = 0;
  /// Waits until one that was started works, as far as it can tell by itself, starting it again where it failed; false
  /// when it does not.
  virtual bool Await(const std::string& process) = 0;
  /// Sends a signal to one, SIGSTOP and SIGCONT also to its children; false when it does not run. After SIGKILL it is
  /// gone.
  virtual bool Signal(const std::string& process, int signal) = 0;
  /// kill -9 of a child of the database, chosen by a number; false where there is none.
  virtual bool KillChildOfPostgres(unsigned) { return false; }

  /// The networks, by what is behind them ("redis", "postgresql", "peers"), each with all its links by name.
  using Links = std::map<std::string, TcpProxy*>;
  virtual std::map<std::string, Links> Networks() = 0;

  /// How to reach Redis itself, whatever its network does.
  virtual events::RedisOptions redis() const = 0;
  /// Where Redis keeps its data.
  virtual std::filesystem::path redis_folder() const = 0;

  /// Where the data is.
  virtual const SmallDisk& disk() const = 0;
  /// Who has to be started again when its disk was full: "postgresql"; empty: nobody.
  virtual std::string EndsOnFullDisk() const = 0;

  /// Files named like the processes, for the seconds by which their clocks are wrong.
  virtual std::vector<std::filesystem::path> Clocks() const = 0;
};

}  // namespace muster::testing
