// What the connection to Redis asks of its sockets, of each anew: seen by a server that hangs up after every answer.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>

#include "muster/events/redis_bus.h"
#include "tests/support/status_matchers.h"

namespace muster::events {
namespace {

/// A socket that listens on a free port of loopback.
class Listener {
 public:
  explicit Listener(int backlog) : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = Loopback(0);
    ::bind(file_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    ::listen(file_, backlog);
    socklen_t length = sizeof(address);
    ::getsockname(file_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { ::close(file_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  static sockaddr_in Loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    return address;
  }

  /// Takes a connection, answers what comes first as a Redis that is well, and hangs up when told.
  void AnswerOnce() const {
    const int client = ::accept(file_, nullptr, nullptr);
    char question[256];
    ASSERT_GT(::recv(client, question, sizeof(question), 0), 0);
    ASSERT_EQ(::send(client, "+PONG\r\n", 7, MSG_NOSIGNAL), 7);
    (void)::recv(client, question, sizeof(question), 0);  // the next command is not answered
    ::close(client);
  }

  int port() const { return port_; }

 private:
  const int file_;
  int port_ = 0;
};

/// The end of this process that is connected to the port; -1 when there is none.
int SocketTo(int port) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int file = std::stoi(entry.path().filename());
    sockaddr_in peer{};
    socklen_t length = sizeof(peer);
    if (::getpeername(file, reinterpret_cast<sockaddr*>(&peer), &length) == 0 && peer.sin_family == AF_INET &&
        ntohs(peer.sin_port) == port) {
      return file;
    }
  }
  return -1;
}

template <class Value>
Value OptionOf(int file, int level, int name) {
  Value value{};
  socklen_t length = sizeof(value);
  EXPECT_EQ(::getsockopt(file, level, name, &value, &length), 0);
  return value;
}

void ExpectPrepared(int port) {
  const int file = SocketTo(port);
  ASSERT_GE(file, 0);
  EXPECT_NE(OptionOf<int>(file, SOL_SOCKET, SO_KEEPALIVE), 0);
  EXPECT_EQ(OptionOf<int>(file, IPPROTO_TCP, TCP_USER_TIMEOUT), 3000);
  EXPECT_EQ(OptionOf<timeval>(file, SOL_SOCKET, SO_RCVTIMEO).tv_sec, 1);
  EXPECT_EQ(OptionOf<timeval>(file, SOL_SOCKET, SO_SNDTIMEO).tv_sec, 1);
}

TEST(RedisSocketTest, EveryConnectionIsGivenItsTimeouts) {
  const Listener redis(8);
  std::thread server([&] {
    redis.AnswerOnce();
    redis.AnswerOnce();
  });
  {
    RedisOptions options;
    options.port = redis.port();
    const auto bus = MakeRedisBus(options);
    EXPECT_OK(bus->Ping());
    ExpectPrepared(redis.port());
    EXPECT_FALSE(bus->Ping().ok()) << "it hung up";
    EXPECT_OK(bus->Ping());
    ExpectPrepared(redis.port());
  }
  server.join();
}

TEST(RedisSocketTest, AServerThatDoesNotAcceptIsGivenUpSoon) {
  const Listener silent(0);
  const sockaddr_in address = Listener::Loopback(silent.port());
  const int first = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);  // fills its queue
  ASSERT_EQ(::connect(first, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  RedisOptions options;
  options.port = silent.port();
  const Duration start = SystemClock().Steady();
  EXPECT_EQ(MakeRedisBus(options)->Ping().code(), absl::StatusCode::kUnavailable);
  const Duration waited = SystemClock().Steady() - start;
  EXPECT_GE(waited, std::chrono::milliseconds(450));
  EXPECT_LT(waited, std::chrono::milliseconds(900)) << "the time to connect, not that of a command";
  ::close(first);
}

}  // namespace
}  // namespace muster::events
