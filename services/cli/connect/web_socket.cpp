#include "services/cli/connect/web_socket.h"

#include <openssl/sha.h>
#include <poll.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/escaping.h"
#include "muster/base/random.h"
#include "muster/base/status_macros.h"
#include "muster/rpc/error_codec.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

constexpr Duration kHandshakePatience = std::chrono::seconds(10);
constexpr size_t kMaxHeadBytes = 64UL * 1024;

struct Target {
  std::string host;
  std::string path;
};

Target TargetOf(const std::string& url) {
  const size_t host = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
  const size_t path = std::min(url.find('/', host), url.size());
  return {url.substr(host, path - host), path == url.size() ? "/" : url.substr(path)};
}

std::string NewKey() {
  std::string bytes;
  for (int i = 0; i < 16; ++i) {
    bytes += static_cast<char>(SystemRandom().Next() & 0xFFU);
  }
  return absl::Base64Escape(bytes);
}

absl::Status BrokenHandshake(const std::string& url) {
  return LocalError(ExitCode::kUnreachable,
                    {url + " 不是这个系统的实时推送地址。", url + " is not the live feed of this system."});
}

/// The answer's head must be a 101 that proves it read our key; any other answer is its refusal.
absl::Status CheckHead(const std::string& head, const std::string& body, const std::string& accept,
                       const std::string& url) {
  int status = 0;
  const size_t at = std::min(head.find(' '), head.size());
  if (at + 1 < head.size()) {
    std::from_chars(head.data() + at + 1, head.data() + head.size(), status);
  }
  if (status >= 400) {
    return rpc::DecodeConnectError(status, body);
  }
  return status == 101 && head.find(accept) != std::string::npos ? absl::OkStatus() : BrokenHandshake(url);
}

}  // namespace

std::string WebSocketAcceptOf(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::Base64Escape(std::string(reinterpret_cast<const char*>(digest), sizeof digest));
}

WebSocketClient::WebSocketClient(CurlHandle handle) : handle_(std::move(handle)) {}

absl::StatusOr<std::unique_ptr<WebSocketClient>> WebSocketClient::Open(const std::string& url, const std::string& key) {
  CurlHandle handle = NewCurlHandle();
  SetCommonOptions(handle.get(), url);
  curl_easy_setopt(handle.get(), CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  if (const CURLcode code = curl_easy_perform(handle.get()); code != CURLE_OK) {
    return CurlError(code, url);
  }
  auto client = std::unique_ptr<WebSocketClient>(new WebSocketClient(std::move(handle)));
  MUSTER_RETURN_IF_ERROR(client->Handshake(url, key));
  return client;
}

absl::Status WebSocketClient::Handshake(const std::string& url, const std::string& key) {
  const Target target = TargetOf(url);
  const std::string nonce = NewKey();
  if (!Send("GET " + target.path + " HTTP/1.1\r\nHost: " + target.host +
            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
            nonce + "\r\nAuthorization: Bearer " + key + "\r\n\r\n")) {
    return BrokenHandshake(url);
  }
  std::string answer;
  char buffer[4096];
  while (answer.find("\r\n\r\n") == std::string::npos && answer.size() < kMaxHeadBytes) {
    size_t count = 0;
    const CURLcode code = curl_easy_recv(handle_.get(), buffer, sizeof buffer, &count);
    if (code == CURLE_AGAIN && WaitReadable(kHandshakePatience)) {
      continue;
    }
    if (code != CURLE_OK || count == 0) {
      break;
    }
    answer.append(buffer, count);
  }
  const size_t end = std::min(answer.find("\r\n\r\n"), answer.size());
  const std::string rest = answer.substr(std::min(end + 4, answer.size()));
  MUSTER_RETURN_IF_ERROR(CheckHead(answer.substr(0, end), rest, WebSocketAcceptOf(nonce), url));
  closed_ = !reader_.Feed(rest, [this](Opcode opcode, std::string_view payload) { OnMessage(opcode, payload); });
  return absl::OkStatus();
}

bool WebSocketClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    size_t sent = 0;
    const CURLcode code = curl_easy_send(handle_.get(), bytes.data(), bytes.size(), &sent);
    if (code != CURLE_OK && code != CURLE_AGAIN) {
      return false;
    }
    bytes.remove_prefix(sent);
  }
  return true;
}

bool WebSocketClient::WaitReadable(Duration timeout) {
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &socket);
  pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
  return poll(&waiting, 1, static_cast<int>(milliseconds)) > 0;
}

bool WebSocketClient::Receive() {
  char buffer[16384];
  size_t count = 0;
  const CURLcode code = curl_easy_recv(handle_.get(), buffer, sizeof buffer, &count);
  if (code == CURLE_AGAIN) {
    return true;
  }
  return code == CURLE_OK && count > 0 &&
         reader_.Feed(std::string_view(buffer, count),
                      [this](Opcode opcode, std::string_view payload) { OnMessage(opcode, payload); });
}

void WebSocketClient::OnMessage(Opcode opcode, std::string_view payload) {
  const auto mask = static_cast<uint32_t>(SystemRandom().Next());
  if (opcode == Opcode::kText) {
    texts_.emplace_back(payload);
  } else if (opcode == Opcode::kPing) {
    closed_ = !Send(MakeClientFrame(Opcode::kPong, payload, mask)) || closed_;
  } else if (opcode == Opcode::kClose) {
    close_reason_ = std::string(payload.substr(std::min<size_t>(payload.size(), 2)));
    Send(MakeClientFrame(Opcode::kClose, payload.substr(0, 2), mask));
    closed_ = true;
  }
}

WebSocketClient::Next WebSocketClient::Read(std::string* text, Duration timeout) {
  if (texts_.empty() && !closed_) {
    // TLS may hold bytes that poll does not see: reading comes first.
    closed_ = !Receive() || closed_;
    if (texts_.empty() && !closed_ && WaitReadable(timeout)) {
      closed_ = !Receive() || closed_;
    }
  }
  if (texts_.empty()) {
    return closed_ ? Next::kClosed : Next::kTimeout;
  }
  *text = std::move(texts_.front());
  texts_.pop_front();
  return Next::kText;
}

}  // namespace muster::cli
