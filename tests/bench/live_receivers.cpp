#include "tests/bench/live_receivers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace muster::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Of a client that is to be stuck: little room, and segments as over Ethernet. Over the loopback's own of 64 KiB the
// system would buffer megabytes for it on the server's side.
constexpr int kSmallBuffer = 4096;
constexpr int kSegment = 1448;
constexpr int kText = 1;
constexpr int kClose = 8;
constexpr int kPing = 9;
constexpr std::array<unsigned char, 6> kPong{0x8A, 0x80, 0, 0, 0, 0};

/// What the process is told: a crowd to connect, with its headers behind it. No readers: let all go.
struct Order {
  int port;
  int greetings;
  int readers;
  int stuck;
  bool counted;
  char headers[512];
};

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "receivers: %s: %s\n", what, std::strerror(errno));
  std::exit(2);
}

/// Where a client is in the stream of frames (RFC 6455, section 5.2; a server's frames are not masked).
class FrameReader {
 public:
  /// Calls `each(opcode)` for every frame that is complete.
  template <class Each>
  void Take(const unsigned char* bytes, size_t size, const Each& each) {
    for (const unsigned char* const end = bytes + size; bytes < end;) {
      if (left_ > 0) {
        const uint64_t taken = std::min<uint64_t>(left_, static_cast<uint64_t>(end - bytes));
        left_ -= taken;
        bytes += taken;
      } else {
        head_[have_++] = *bytes++;
        if (have_ < 2 || have_ < 2 + LengthBytes()) {
          continue;
        }
        left_ = Length();
        have_ = 0;
      }
      if (left_ == 0) {
        each(head_[0] & 0x0F);
      }
    }
  }

 private:
  size_t LengthBytes() const { return head_[1] < 126 ? 0 : head_[1] == 126 ? 2 : 8; }
  uint64_t Length() const {
    uint64_t length = LengthBytes() == 0 ? head_[1] : 0;
    for (size_t i = 0; i < LengthBytes(); ++i) {
      length = length << 8 | head_[2 + i];
    }
    return length;
  }

  std::array<unsigned char, 10> head_{};
  size_t have_ = 0;
  uint64_t left_ = 0;
};

/// The work of the process.
class Clients {
 public:
  Clients(int channel, const Order& order)
      : channel_(channel), order_(order), epoll_(epoll_create1(0)), readers_(static_cast<size_t>(order.readers)) {}
  ~Clients() {
    for (const int fd : sockets_) {
      close(fd);
    }
    close(epoll_);
  }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  void ConnectAll() {
    for (int i = 0; i < order_.stuck; ++i) {
      Open(true, [](const unsigned char*, size_t) {});
    }
    for (size_t i = 0; i < readers_.size(); ++i) {
      const int fd = Open(false, [&](const unsigned char* bytes, size_t size) { Take(i, bytes, size); });
      readers_[i].fd = fd;
      Watch(fd, i);
    }
    Watch(channel_, readers_.size());
  }

  /// Until there is a new order.
  void Run() {
    std::array<epoll_event, 256> events{};
    static std::array<unsigned char, 65536> buffer;
    for (;;) {
      const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        const size_t number = events[static_cast<size_t>(i)].data.u64;
        if (number == readers_.size()) {
          return;
        }
        const ssize_t size = recv(readers_[number].fd, buffer.data(), buffer.size(), 0);
        if (size <= 0) {
          Fail("a client was cut off");
        }
        Take(number, buffer.data(), static_cast<size_t>(size));
      }
    }
  }

 private:
  struct Reader {
    int fd = -1;
    FrameReader frames;
    int texts = 0;
  };

  /// Connects one and reads the answer to its request; what follows it goes to `rest`.
  template <class Rest>
  int Open(bool is_stuck, const Rest& rest) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (is_stuck) {
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSmallBuffer, sizeof kSmallBuffer);
      setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &kSegment, sizeof kSegment);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(order_.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || !ComeFrom(fd, static_cast<uint32_t>(sockets_.size())) ||
        connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      Fail("connect");
    }
    sockets_.push_back(fd);
    const std::string request =
        "GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        std::string(order_.headers) + "\r\n";
    if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
      Fail("send");
    }
    std::string answer;
    size_t end = std::string::npos;
    while (end == std::string::npos) {
      std::array<char, 2048> bytes;
      const ssize_t size = recv(fd, bytes.data(), bytes.size(), 0);
      if (size <= 0) {
        Fail("no answer");
      }
      answer.append(bytes.data(), static_cast<size_t>(size));
      end = answer.find("\r\n\r\n");
    }
    if (answer.compare(9, 3, "101") != 0) {
      std::fprintf(stderr, "receivers: %.300s\n", answer.c_str());
      std::exit(2);
    }
    rest(reinterpret_cast<const unsigned char*>(answer.data()) + end + 4, answer.size() - end - 4);
    return fd;
  }

  /// A gateway takes few connections of one address.
  static bool ComeFrom(int fd, uint32_t number) {
    constexpr uint32_t kOfAnAddress = 40;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number / kOfAnAddress);
    const int on = 1;
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  void Watch(int fd, size_t number) const {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = number}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void Take(size_t number, const unsigned char* bytes, size_t size) {
    Reader& reader = readers_[number];
    reader.frames.Take(bytes, size, [&](int opcode) {
      if (opcode == kText) {
        Count(static_cast<size_t>(reader.texts++));
      } else if (opcode == kPing) {
        (void)send(reader.fd, kPong.data(), kPong.size(), MSG_NOSIGNAL);
      } else if (opcode == kClose) {
        // The close frame is the last: two bytes of head, two of a code, then the reason.
        std::fprintf(stderr, "receivers: a client was closed: %.*s\n", static_cast<int>(std::min<size_t>(size, 60)),
                     reinterpret_cast<const char*>(bytes + size - std::min<size_t>(size, 60)));
        std::exit(2);
      }
    });
  }

  /// Tells when every reader has this many frames; greetings count as one step.
  void Count(size_t text) {
    if (text >= received_.size()) {
      received_.resize(text + 1);
    }
    const auto greetings = static_cast<size_t>(order_.greetings);
    if (!order_.counted && text + 1 > greetings) {
      return;
    }
    if (++received_[text] == order_.readers && text + 1 >= greetings) {
      const SteadyClock::rep now = SteadyClock::now().time_since_epoch().count();
      (void)send(channel_, &now, sizeof now, MSG_NOSIGNAL);
    }
  }

  const int channel_;
  const Order order_;
  const int epoll_;
  std::vector<Reader> readers_;
  std::vector<int> sockets_;
  std::vector<int> received_;
};

[[noreturn]] void Serve(int channel) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Order order{};
  while (read(channel, &order, sizeof order) == static_cast<ssize_t>(sizeof order)) {
    if (order.readers > 0) {
      Clients clients(channel, order);
      clients.ConnectAll();
      if (order.greetings == 0) {
        const SteadyClock::rep none = 0;
        (void)send(channel, &none, sizeof none, MSG_NOSIGNAL);
      }
      clients.Run();
    }
    const SteadyClock::rep gone = 0;
    (void)send(channel, &gone, sizeof gone, MSG_NOSIGNAL);
  }
  _exit(0);
}

/// As many descriptors as there may be.
void RaiseLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Receivers::Receivers() {
  RaiseLimit();
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) != 0) {
    Fail("socketpair");
  }
  process_ = fork();
  if (process_ == 0) {
    close(ends[0]);
    Serve(ends[1]);
  }
  close(ends[1]);
  channel_ = ends[0];
}

Receivers::~Receivers() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  close(channel_);
}

void Receivers::Connect(const Crowd& crowd) {
  Order order{crowd.port, crowd.greetings, crowd.readers, crowd.stuck, crowd.counted, {}};
  std::snprintf(order.headers, sizeof order.headers, "%s", crowd.headers.c_str());
  (void)send(channel_, &order, sizeof order, MSG_NOSIGNAL);
  (void)AwaitEvent();
}

std::chrono::steady_clock::time_point Receivers::AwaitEvent() {
  SteadyClock::rep when = 0;
  if (read(channel_, &when, sizeof when) != static_cast<ssize_t>(sizeof when)) {
    std::exit(2);  // the process has said why
  }
  return SteadyClock::time_point(SteadyClock::duration(when));
}

void Receivers::Disconnect() {
  const Order order{};
  (void)send(channel_, &order, sizeof order, MSG_NOSIGNAL);
  (void)AwaitEvent();
}

}  // namespace muster::bench
