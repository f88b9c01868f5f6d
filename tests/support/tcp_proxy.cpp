#include "tests/support/tcp_proxy.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace muster::testing {
namespace {

using std::chrono::steady_clock;

constexpr int kBacklog = 128;
/// What a network holds of one connection before its sender has to wait.
constexpr size_t kMostUnderWay = size_t{256} * 1024;

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "proxy: %s: %s\n", what, std::strerror(errno));
  std::abort();
}

sockaddr_in LoopbackAt(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

int NewSocket() { return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

/// A socket that is bound to `port` of loopback, or to a free one for 0; -1 when that failed.
int BoundTo(int port) {
  const int file = NewSocket();
  const int yes = 1;
  setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in address = LoopbackAt(port);
  if (bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(file);
    return -1;
  }
  return file;
}

int PortOf(int file) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  getsockname(file, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

void SendAtOnce(int file) {
  const int yes = 1;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

bool IsPassing(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

TcpProxy::TcpProxy(int target_port) : target_port_(target_port), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  // A port that was asked for by its number stays with the socket while that does not listen.
  for (int tries = 0; listener_ < 0 && tries < 100; ++tries) {
    const int any = BoundTo(0);
    port_ = PortOf(any);
    close(any);
    listener_ = BoundTo(port_);
  }
  if (listener_ < 0) {
    Fail("no port");
  }
  TakeFault();
  thread_ = std::thread([this] { Run(); });
}

TcpProxy::~TcpProxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_, 1);
  thread_.join();
  std::for_each(connections_.begin(), connections_.end(), Close);
  close(listener_);
  close(wake_);
}

void TcpProxy::Set(const NetworkFault& fault) {
  std::unique_lock lock(mutex_);
  wanted_ = fault;
  const uint64_t wish = ++wishes_;
  eventfd_write(wake_, 1);
  taken_.wait(lock, [&] { return fulfilled_ >= wish; });
}

void TcpProxy::Run() {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) {
        return;
      }
    }
    TakeFault();
    Accept();
    for (Connection& connection : connections_) {
      Pump(connection);
    }
    connections_.remove_if([](const Connection& connection) {
      if (connection.is_broken) {
        Close(connection);
      }
      return connection.is_broken;
    });
    Wait();
  }
}

void TcpProxy::TakeFault() {
  eventfd_t ignored = 0;
  eventfd_read(wake_, &ignored);
  const std::lock_guard lock(mutex_);
  if (fulfilled_ == wishes_) {
    return;
  }
  fault_ = wanted_;
  Listen(!fault_.is_cut);
  for (Connection& connection : connections_) {
    connection.is_broken = fault_.is_cut;
    for (const auto& [pipe, flow] :
         {std::pair(&connection.to_server, &fault_.to_server), std::pair(&connection.to_client, &fault_.to_client)}) {
      pipe->free_at = steady_clock::now();
      for (Chunk& chunk : pipe->chunks) {
        chunk.due = std::min(chunk.due, pipe->free_at + flow->delay);
      }
    }
  }
  fulfilled_ = wishes_;
  taken_.notify_all();
}

void TcpProxy::Listen(bool listens) {
  if (listens == listens_) {
    return;
  }
  if ((listens ? listen(listener_, kBacklog) : shutdown(listener_, SHUT_RD)) != 0) {
    Fail("cannot change to listen or not");
  }
  listens_ = listens;
}

void TcpProxy::Accept() {
  for (;;) {
    const int client = listens_ ? accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC) : -1;
    if (client < 0) {
      return;
    }
    const int server = NewSocket();
    SendAtOnce(client);
    SendAtOnce(server);
    const sockaddr_in address = LoopbackAt(target_port_);
    const bool starts =
        connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EINPROGRESS;
    connections_.push_back({.client = client,
                            .server = server,
                            .to_server = {.from = client, .to = server},
                            .to_client = {.from = server, .to = client},
                            .is_broken = !starts});
  }
}

void TcpProxy::Pump(Connection& connection) {
  for (const auto& [pipe, flow] :
       {std::pair(&connection.to_server, &fault_.to_server), std::pair(&connection.to_client, &fault_.to_client)}) {
    if (!flow->is_blocked && !connection.is_broken) {
      connection.is_broken = !Read(*pipe, *flow) || !Write(*pipe, *flow);
    }
  }
  if (connection.to_server.is_closed && connection.to_client.is_closed) {
    connection.is_broken = true;
  }
}

/// Puts on their way what was sent; false when the connection broke.
bool TcpProxy::Read(Pipe& pipe, const Flow& flow) const {
  char buffer[16 * 1024];
  while (!pipe.is_ended && pipe.queued < kMostUnderWay) {
    const ssize_t count = recv(pipe.from, buffer, sizeof buffer, 0);
    if (count < 0) {
      return IsPassing(errno);
    }
    pipe.is_ended = count == 0;
    const auto size = static_cast<size_t>(count);
    const size_t piece = flow.piece == 0 ? size : flow.piece;
    for (size_t start = 0; start < size; start += piece) {
      std::string bytes(buffer + start, std::min(piece, size - start));
      pipe.free_at = std::max(pipe.free_at, steady_clock::now());
      if (flow.bytes_per_second > 0) {
        pipe.free_at +=
            std::chrono::microseconds(1'000'000 * bytes.size() / static_cast<size_t>(flow.bytes_per_second));
      }
      pipe.queued += bytes.size();
      pipe.chunks.push_back({pipe.free_at + flow.delay, std::move(bytes)});
    }
  }
  return true;
}

/// Delivers what is due; false when the connection broke.
bool TcpProxy::Write(Pipe& pipe, const Flow& flow) const {
  pipe.is_full = false;
  while (!pipe.chunks.empty() && pipe.chunks.front().due <= steady_clock::now()) {
    std::string& bytes = pipe.chunks.front().bytes;
    const ssize_t count = send(pipe.to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) {
      pipe.is_full = IsPassing(errno);
      return pipe.is_full;
    }
    pipe.queued -= static_cast<size_t>(count);
    bytes.erase(0, static_cast<size_t>(count));
    if (bytes.empty()) {
      pipe.chunks.pop_front();
    }
  }
  if (pipe.is_ended && pipe.chunks.empty() && !pipe.is_closed && !flow.is_blocked) {
    shutdown(pipe.to, SHUT_WR);
    pipe.is_closed = true;
  }
  return true;
}

/// Both sides are reset, unless all was said.
void TcpProxy::Close(const Connection& connection) {
  const bool was_ended = connection.to_server.is_closed && connection.to_client.is_closed;
  const linger reset{.l_onoff = was_ended ? 0 : 1, .l_linger = 0};
  for (const int file : {connection.client, connection.server}) {
    setsockopt(file, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(file);
  }
}

/// Until there is something to do.
void TcpProxy::Wait() {
  std::vector<pollfd> files{{wake_, POLLIN, 0}};
  if (listens_) {
    files.push_back({listener_, POLLIN, 0});
  }
  TimePoint next = TimePoint::max();
  for (const Connection& connection : connections_) {
    for (const auto& [pipe, flow] :
         {std::pair(&connection.to_server, &fault_.to_server), std::pair(&connection.to_client, &fault_.to_client)}) {
      if (flow->is_blocked) {
        continue;
      }
      if (!pipe->is_ended && pipe->queued < kMostUnderWay) {
        files.push_back({pipe->from, POLLIN, 0});
      }
      if (pipe->is_full) {
        files.push_back({pipe->to, POLLOUT, 0});
      } else if (!pipe->chunks.empty()) {
        next = std::min(next, pipe->chunks.front().due);
      }
    }
  }
  int timeout_ms = -1;
  if (next != TimePoint::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - steady_clock::now()).count();
    timeout_ms = static_cast<int>(std::max<int64_t>(left, 0));
  }
  poll(files.data(), files.size(), timeout_ms);
}

}  // namespace muster::testing
