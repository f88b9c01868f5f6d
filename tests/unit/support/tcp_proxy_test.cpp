// The network that tests spoil: whatever it does, bytes arrive whole and in order, or the connection is reset.

#include "tests/support/tcp_proxy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace muster::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long somebody listens before it counts as silence.
constexpr milliseconds kSilence{150};
constexpr milliseconds kPatience{5000};

sockaddr_in At(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

/// One end of a connection, closed with the object.
class End {
 public:
  explicit End(int file) : file_(file) {}
  ~End() { close(file_); }
  End(End&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  End& operator=(End&&) = delete;

  bool Send(const std::string& text) const {
    return send(file_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  void Finish() const { shutdown(file_, SHUT_WR); }

  /// What comes next: "" when the other side has finished, nothing when it is silent or the connection broke.
  std::optional<std::string> Hear(milliseconds patience) const {
    const timeval limit{patience.count() / 1000, patience.count() % 1000 * 1000};
    setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    char buffer[64 * 1024];
    const ssize_t count = recv(file_, buffer, sizeof buffer, 0);
    error_ = count < 0 ? errno : 0;
    return count < 0 ? std::nullopt : std::optional(std::string(buffer, static_cast<size_t>(count)));
  }
  std::string HearBytes(size_t count) const {
    std::string all;
    while (all.size() < count) {
      const auto more = Hear(kPatience);
      if (!more.has_value() || more->empty()) {
        break;
      }
      all += *more;
    }
    return all;
  }
  bool was_reset() const { return error_ == ECONNRESET; }

 private:
  int file_;
  mutable int error_ = 0;
};

class TcpProxyTest : public ::testing::Test {
 protected:
  ~TcpProxyTest() override { close(listener_); }

  static int Listen() {
    const int file = socket(AF_INET, SOCK_STREAM, 0);
    listen(file, 16);
    return file;
  }
  int TargetPort() const {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
  }
  /// A client behind the proxy; nothing when it was refused.
  std::optional<End> Call() const {
    const int file = socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = At(proxy_.port());
    if (connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      close(file);
      return std::nullopt;
    }
    return End(file);
  }
  End Answer() const { return End(accept(listener_, nullptr, nullptr)); }

  const int listener_ = Listen();
  TcpProxy proxy_{TargetPort()};
};

TEST_F(TcpProxyTest, PassesEverythingBothWays) {
  const End client = Call().value();
  const End server = Answer();
  const std::string much(3'000'000, 'x');
  std::thread sender([&] { EXPECT_TRUE(client.Send(much)); });
  EXPECT_EQ(server.HearBytes(much.size()), much);
  sender.join();
  EXPECT_TRUE(server.Send("received"));
  EXPECT_EQ(client.Hear(kPatience), "received");
}

TEST_F(TcpProxyTest, PassesTheEndOfOneDirection) {
  const End client = Call().value();
  const End server = Answer();
  client.Send("question");
  client.Finish();
  EXPECT_EQ(server.Hear(kPatience), "question");
  EXPECT_EQ(server.Hear(kPatience), "");
  server.Send("answer");
  EXPECT_EQ(client.Hear(kPatience), "answer");
}

TEST_F(TcpProxyTest, ResetsWhoeverCallsNobody) {
  shutdown(listener_, SHUT_RD);
  const End client = Call().value();
  EXPECT_EQ(client.Hear(kPatience), std::nullopt);
  EXPECT_TRUE(client.was_reset());
}

TEST_F(TcpProxyTest, CutResetsAndRefusesUntilMended) {
  const End client = Call().value();
  const End server = Answer();
  proxy_.Set({.is_cut = true});
  EXPECT_EQ(client.Hear(kPatience), std::nullopt);
  EXPECT_TRUE(client.was_reset());
  EXPECT_EQ(server.Hear(kPatience), std::nullopt);
  EXPECT_TRUE(server.was_reset());
  EXPECT_FALSE(Call().has_value());

  proxy_.Mend();
  const End another = Call().value();
  const End its_server = Answer();
  another.Send("again");
  EXPECT_EQ(its_server.Hear(kPatience), "again");
}

TEST_F(TcpProxyTest, BlockedTowardsTheServerOnlyAnswersPass) {
  const End client = Call().value();
  const End server = Answer();
  proxy_.Set({.to_server = {.is_blocked = true}});
  client.Send("question");
  EXPECT_EQ(server.Hear(kSilence), std::nullopt);
  server.Send("news");
  EXPECT_EQ(client.Hear(kPatience), "news");

  proxy_.Mend();
  EXPECT_EQ(server.Hear(kPatience), "question");
}

TEST_F(TcpProxyTest, BlockedTowardsTheClientOnlyQuestionsPass) {
  const End client = Call().value();
  const End server = Answer();
  proxy_.Set({.to_client = {.is_blocked = true}});
  client.Send("question");
  EXPECT_EQ(server.Hear(kPatience), "question");
  server.Send("answer");
  EXPECT_EQ(client.Hear(kSilence), std::nullopt);

  proxy_.Mend();
  EXPECT_EQ(client.Hear(kPatience), "answer");
}

TEST_F(TcpProxyTest, ANewConnectionIsTakenWhileBothWaysAreBlocked) {
  proxy_.Set({.to_server = {.is_blocked = true}, .to_client = {.is_blocked = true}});
  const End client = Call().value();
  client.Send("question");
  EXPECT_EQ(client.Hear(kSilence), std::nullopt);
  EXPECT_FALSE(client.was_reset());
}

TEST_F(TcpProxyTest, DelaysWhatPasses) {
  const End client = Call().value();
  const End server = Answer();
  proxy_.Set({.to_server = {.delay = milliseconds(200)}});
  const auto start = steady_clock::now();
  client.Send("late");
  EXPECT_EQ(server.Hear(kPatience), "late");
  EXPECT_GE(steady_clock::now() - start, milliseconds(200));
}

TEST_F(TcpProxyTest, MendingDeliversAtOnceWhatWasDelayed) {
  const End client = Call().value();
  const End server = Answer();
  proxy_.Set({.to_server = {.delay = std::chrono::minutes(1)}});
  client.Send("late");
  EXPECT_EQ(server.Hear(kSilence), std::nullopt);
  proxy_.Mend();
  EXPECT_EQ(server.Hear(kPatience), "late");
}

TEST_F(TcpProxyTest, SplitsAndSlowsWhatPasses) {
  const End client = Call().value();
  const End server = Answer();
  proxy_.Set({.to_server = {.bytes_per_second = 100, .piece = 3}});
  const auto start = steady_clock::now();
  client.Send("one two three four");
  EXPECT_EQ(server.Hear(kPatience), "one");
  EXPECT_EQ(server.HearBytes(15), " two three four");
  EXPECT_GE(steady_clock::now() - start, milliseconds(180));
}

}  // namespace
}  // namespace muster::testing
