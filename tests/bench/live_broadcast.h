#pragma once

#include <memory>
#include <string>

namespace muster::bench {

/// The reference for the live feed: a WebSocket server through bare Beast that sends a text to everybody, as one would
/// write it for speed. Connections are spread over threads, the text is shared. It checks nothing and bounds nothing.
class BareBroadcast {
 public:
  /// Listens on a free port of 127.0.0.1.
  explicit BareBroadcast(int threads);
  ~BareBroadcast();
  BareBroadcast(const BareBroadcast&) = delete;
  BareBroadcast& operator=(const BareBroadcast&) = delete;

  int port() const;
  /// To everybody who has been accepted. Returns at once.
  void Send(std::shared_ptr<const std::string> text);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace muster::bench
