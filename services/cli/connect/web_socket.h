#pragma once

#include <deque>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "services/cli/connect/curl_handle.h"
#include "services/cli/connect/web_socket_frames.h"

namespace muster::cli {

/// A WebSocket that reads a server's text messages (RFC 6455), over http or https. Not thread-safe.
class WebSocketClient {
 public:
  /// Opens `url` ("http://host:8080/live?cursor=...") with a Bearer key. Errors: not reachable; the server's refusal.
  static absl::StatusOr<std::unique_ptr<WebSocketClient>> Open(const std::string& url, const std::string& key);

  enum class Next { kText, kTimeout, kClosed };
  /// Waits for a message, at most `timeout`. Pings are answered here.
  Next Read(std::string* text, Duration timeout);

  /// Why the server closed, as it said; empty when it said nothing.
  const std::string& close_reason() const { return close_reason_; }

 private:
  explicit WebSocketClient(CurlHandle handle);

  absl::Status Handshake(const std::string& url, const std::string& key);
  bool Send(std::string_view bytes);
  /// Reads what has arrived; false when the connection is gone.
  bool Receive();
  void OnMessage(Opcode opcode, std::string_view payload);
  bool WaitReadable(Duration timeout);

  CurlHandle handle_;
  WebSocketReader reader_;
  std::deque<std::string> texts_;
  std::string close_reason_;
  bool closed_ = false;
};

/// What a server answers to this Sec-WebSocket-Key (section 4.2.2).
std::string WebSocketAcceptOf(const std::string& key);

}  // namespace muster::cli
