#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

namespace muster::bench {

/// WebSocket clients that do nothing but count frames, in a process of their own. Ends the program when one of them is
/// refused or closed by the server. For one thread.
class Receivers {
 public:
  /// Starts the process: before the first thread of this one.
  Receivers();
  ~Receivers();
  Receivers(const Receivers&) = delete;
  Receivers& operator=(const Receivers&) = delete;

  struct Crowd {
    int port = 0;
    std::string headers;  ///< further lines of the request, each with its line end
    int greetings = 0;    ///< text frames that every client gets before the first event
    int readers = 0;
    int stuck = 0;        ///< more clients, which take no more than the system does for them
    bool counted = true;  ///< else they read, and AwaitEvent is not told of it
  };
  /// Connects them to /live on this machine, instead of those before; returns when all have been accepted and greeted.
  void Connect(const Crowd& crowd);
  /// Waits until every reader has the next event, counted from Connect; answers when the last had it whole.
  std::chrono::steady_clock::time_point AwaitEvent();
  void Disconnect();

 private:
  pid_t process_;
  int channel_;
};

}  // namespace muster::bench
