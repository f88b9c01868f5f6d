#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/bench/dispatch_trace.h"

namespace muster::bench {

/// Connections to PostgreSQL through bare libpq, each with a thread and statements prepared once, as a service with a
/// pool uses them: a command is one transaction of its own, a statement one round trip.
class Pool {
 public:
  Pool(const std::string& address, int connections);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Runs all commands, each on the next free connection; ends the program when one fails.
  void RunAll(const std::vector<Trace>& traces) const;

 private:
  class Connection;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace muster::bench
