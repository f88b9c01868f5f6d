#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::testing {

/// A response as it came.
struct RawResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// A client of bytes: sends what it is told, however wrong. Blocking, with a time-out of 5 s.
class RawClient {
 public:
  explicit RawClient(int port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval timeout{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawClient() { Close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  void Close() {
    if (fd_ >= 0) {
      ::close(fd_);
      fd_ = -1;
    }
  }
  void Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }

  /// The next response; status 0 when the connection ended or nothing came.
  RawResponse Receive() {
    RawResponse response;
    const std::optional<std::string> head = Until("\r\n\r\n");
    if (!head.has_value()) {
      return response;
    }
    response.status = std::atoi(head->c_str() + 9);
    size_t line = head->find("\r\n") + 2;
    while (line < head->size() - 2) {
      const size_t end = head->find("\r\n", line);
      const size_t colon = head->find(": ", line);
      response.headers[head->substr(line, colon - line)] = head->substr(colon + 2, end - colon - 2);
      line = end + 2;
    }
    if (response.headers.contains("content-length")) {
      response.body = Exactly(std::stoul(response.headers["content-length"])).value_or("");
    } else if (response.headers["transfer-encoding"] == "chunked") {
      response.body = Chunks();
    }
    return response;
  }

  /// True when the server closes the connection without sending more.
  bool Closed() {
    char byte = 0;
    return in_.empty() && ::recv(fd_, &byte, 1, 0) == 0;
  }

  std::optional<std::string> Until(const std::string& mark) {
    size_t at = 0;
    while ((at = in_.find(mark)) == std::string::npos) {
      if (!More()) {
        return std::nullopt;
      }
    }
    std::string text = in_.substr(0, at + mark.size());
    in_.erase(0, at + mark.size());
    return text;
  }
  std::optional<std::string> Exactly(size_t size) {
    while (in_.size() < size) {
      if (!More()) {
        return std::nullopt;
      }
    }
    std::string text = in_.substr(0, size);
    in_.erase(0, size);
    return text;
  }

 private:
  bool More() {
    char buffer[16 * 1024];
    const ssize_t size = ::recv(fd_, buffer, sizeof(buffer), 0);
    if (size <= 0) {
      return false;
    }
    in_.append(buffer, static_cast<size_t>(size));
    return true;
  }
  std::string Chunks() {
    std::string body;
    for (;;) {
      const auto size = Until("\r\n");
      const unsigned long bytes = size.has_value() ? std::strtoul(size->c_str(), nullptr, 16) : 0;
      const auto chunk = Exactly(bytes + 2);
      if (bytes == 0 || !chunk.has_value()) {
        return body;
      }
      body += chunk->substr(0, bytes);
    }
  }

  int fd_;
  bool connected_ = false;
  std::string in_;
};

/// A frame of a WebSocket as it came.
struct RawFrame {
  int opcode = -1;  ///< 1 text, 8 close, 9 ping; -1: the connection ended
  std::string payload;
  /// The code of a close frame.
  int close_code() const {
    return payload.size() < 2 ? 0
                              : static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
  }
};

/// A WebSocket client over RawClient (RFC 6455).
class RawSocket {
 public:
  RawSocket(int port, const std::string& target, const std::string& headers) : client_(port) {
    client_.Send("GET " + target +
                 " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                 headers + "\r\n");
    handshake_ = client_.Receive();
  }

  const RawResponse& handshake() const { return handshake_; }
  RawClient& client() { return client_; }

  void Send(int first_byte, const std::string& payload, bool masked = true) {
    std::string frame(1, static_cast<char>(first_byte));
    const int mask = masked ? 0x80 : 0;
    if (payload.size() < 126) {
      frame += static_cast<char>(mask | static_cast<int>(payload.size()));
    } else {
      frame += static_cast<char>(mask | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame += static_cast<char>(payload.size() >> shift & 0xff);
      }
    }
    frame += masked ? std::string(4, '\0') : "";  // a mask of zeros changes nothing
    client_.Send(frame + payload);
  }
  void SendText(const std::string& text) { Send(0x81, text); }

  RawFrame Receive() {
    RawFrame frame;
    const auto head = client_.Exactly(2);
    if (!head.has_value()) {
      return frame;
    }
    size_t size = static_cast<unsigned char>((*head)[1]) & 0x7f;
    if (size >= 126) {
      const auto extended = client_.Exactly(size == 126 ? 2 : 8);
      size = 0;
      for (const char c : extended.value_or("")) {
        size = size << 8 | static_cast<unsigned char>(c);
      }
    }
    frame.opcode = static_cast<unsigned char>((*head)[0]) & 0x0f;
    frame.payload = client_.Exactly(size).value_or("");
    return frame;
  }

 private:
  RawClient client_;
  RawResponse handshake_;
};

}  // namespace muster::testing
