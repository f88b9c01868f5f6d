// What HTTP itself refuses, and what the gateway answers besides calls.
#include <netinet/tcp.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/unit/gateway/gateway_fixture.h"

namespace muster::gateway {
namespace {

using namespace std::chrono_literals;
using muster::testing::RawClient;
using muster::testing::RawResponse;
using muster::testing::ReasonIn;

class HttpTest : public muster::testing::GatewayFixture {};

TEST_F(HttpTest, AnswersLivenessReadinessMetricsAndTheDocument) {
  Start();
  EXPECT_EQ(Ask(Get("/livez")).body, "ok\n");
  EXPECT_EQ(nlohmann::json::parse(Ask(Get("/readyz")).body)["state"], "ready");
  EXPECT_EQ(Ask(Get("/metrics")).body, "up 1\n");
  EXPECT_EQ(nlohmann::json::parse(Ask(Get("/openapi.json")).body)["openapi"], "3.1.0");
}

TEST_F(HttpTest, SaysWhatIsDegradedAndWhenItCannotServe) {
  readiness_.reasons = {"redis: down"};
  Start();
  RawResponse response = Ask(Get("/readyz"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(nlohmann::json::parse(response.body)["reasons"][0], "redis: down");
  readiness_.can_serve = false;
  response = Ask(Get("/readyz"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(nlohmann::json::parse(response.body)["state"], "unavailable");
}

TEST_F(HttpTest, SendsNoBodyForHead) {
  Start();
  const auto client = Connect();
  client->Send("HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n" + Get("/livez"));
  const auto head = client->Until("\r\n\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_NE(head->find("content-length: 3"), std::string::npos);
  EXPECT_EQ(client->Receive().body, "ok\n") << "what follows is the next response";
}

TEST_F(HttpTest, SendsSecurityHeadersWithEverything) {
  Start();
  for (const std::string path : {"/livez", "/nothing", "/openapi.json"}) {
    const RawResponse response = Ask(Get(path));
    EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(response.headers.at("referrer-policy"), "no-referrer") << path;
    EXPECT_EQ(response.headers.at("cache-control"), "no-store") << path;
    EXPECT_TRUE(response.headers.contains("content-security-policy")) << path;
    EXPECT_FALSE(response.headers.contains("server")) << "no versions in answers";
  }
}

TEST_F(HttpTest, Answers404ForPathsItDoesNotKnow) {
  Start();
  for (const std::string path :
       {"/", "/nothing", "//livez", "/livez/", "/livez.", "/LIVEZ", "/%6civez", "/a/../livez", "/livez;x",
        "/muster.testing.v1.EchoService", "/muster.testing.v1.EchoService/Echo/"}) {
    EXPECT_EQ(Ask(Get(path)).status, 404) << path;
  }
  EXPECT_EQ(ReasonIn(Ask(Get("/nothing"))), "NOT_FOUND");
}

TEST_F(HttpTest, Answers405WithTheMethodsThatAreAllowed) {
  Start();
  for (const char* method : {"GET", "TRACE", "OPTIONS", "DELETE", "PATCH", "BREW"}) {
    const RawResponse response =
        Ask(std::string(method) + " /muster.testing.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.headers.at("allow"), "POST");
  }
  EXPECT_EQ(Ask("POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").status, 405);
  EXPECT_EQ(Ask(Get("/muster.testing.v1.EchoService/Echo", "X-HTTP-Method-Override: POST\r\n")).status, 405);
  EXPECT_EQ(service_.calls, 0);
}

TEST_F(HttpTest, Answers413BeforeReadingWhatIsTooLarge) {
  Start();
  const auto client = Connect();
  client->Send(
      "POST /muster.testing.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
      "token-operator\r\nContent-Type: application/json\r\n"
      "Content-Length: 262145\r\n\r\n");
  const RawResponse response = client->Receive();
  EXPECT_EQ(response.status, 413) << "before a byte of the body";
  EXPECT_EQ(ReasonIn(response), "TOO_LONG");
  EXPECT_TRUE(client->Closed());
}

TEST_F(HttpTest, Answers413WhenChunksBecomeTooLarge) {
  Start();
  const auto client = Connect();
  client->Send(
      "POST /muster.testing.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
      "token-operator\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 5; ++i) {
    client->Send("10000\r\n" + std::string(0x10000, ' ') + "\r\n");
  }
  EXPECT_EQ(client->Receive().status, 413);
}

TEST_F(HttpTest, Answers413WhenAChunkHeaderOrTheTrailersDoNotEnd) {
  Start();
  for (const std::string begin : {"1;ext=", "0\r\nTrailer: "}) {
    const auto client = Connect();
    client->Send(
        "POST /muster.testing.v1.EchoService/Greet HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n" +
        begin + std::string(64 * 1024, 'a'));
    const RawResponse response = client->Receive();
    EXPECT_EQ(response.status, 413) << begin;
    EXPECT_EQ(ReasonIn(response), "TOO_LONG");
    EXPECT_TRUE(client->Closed()) << begin;
  }
  EXPECT_EQ(service_.calls, 0);
}

TEST_F(HttpTest, ReadsBodiesInChunks) {
  Start();
  const auto client = Connect();
  client->Send(
      "POST /muster.testing.v1.EchoService/Greet HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"text\":\r\n");
  client->Send("4;ext=1\r\n\"hi\"\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n");
  EXPECT_EQ(nlohmann::json::parse(client->Receive().body)["text"], "hi");
}

TEST_F(HttpTest, Answers415ForOtherContent) {
  Start();
  for (const std::string type : {"text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk",
                                 "application/connect+json", "application/jsonx", ""}) {
    const RawResponse response = Ask(Post("/muster.testing.v1.EchoService/Echo", type, "{}"));
    EXPECT_EQ(response.status, 415) << type;
    EXPECT_EQ(response.headers.at("accept-post"), "application/json, application/proto");
  }
  EXPECT_EQ(service_.calls, 0);
}

TEST_F(HttpTest, Answers431And414) {
  Start();
  EXPECT_EQ(Ask(Get("/livez", "X-A: " + std::string(9000, 'a') + "\r\n")).status, 431);
  std::string fields;
  for (int i = 0; i < 64; ++i) {
    fields += "X-" + std::to_string(i) + ": 1\r\n";
  }
  EXPECT_EQ(Ask(Get("/livez", fields)).status, 431);
  EXPECT_EQ(Ask(Get("/" + std::string(3000, 'a'))).status, 414);
}

TEST_F(HttpTest, ClosesAfterAMalformedRequestAndNeverRunsWhatFollows) {
  Start();
  const std::string second = Post("/muster.testing.v1.EchoService/Echo", "application/json", "{}");
  const std::string path =
      "POST /muster.testing.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
      "token-operator\r\nContent-Type: application/json\r\n"
      "Authorization: Bearer token-operator\r\n";
  for (const std::string& first : std::vector<std::string>{
           path + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           path + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
           path + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
           path + "X-A: 1\r\n folded\r\nContent-Length: 2\r\n\r\n{}",
           path + "Content-Length: +2\r\n\r\n{}",
           path + "Content-Length : 2\r\n\r\n{}",
           path + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
           path + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
           "GET /livez HTTP/1.1\nHost: x\n\n",
           std::string("GET /li\0vez HTTP/1.1\r\nHost: x\r\n\r\n", 33),
           "\x16\x03\x01\x02\r\n\r\n",
       }) {
    const auto client = Connect();
    client->Send(first + second);
    EXPECT_EQ(client->Receive().status, 400) << first;
    EXPECT_TRUE(client->Closed()) << first;
  }
  EXPECT_EQ(service_.calls, 0);
}

TEST_F(HttpTest, DoesNotTakeARefusedBodyForTheNextRequest) {
  Start();
  const auto client = Connect();
  const std::string inner = Post("/muster.testing.v1.EchoService/Echo", "application/json", "{}");
  client->Send(Post("/nothing", "text/plain", inner));
  EXPECT_EQ(client->Receive().status, 404);
  EXPECT_TRUE(client->Closed());
  EXPECT_EQ(service_.calls, 0);
}

TEST_F(HttpTest, AnswersPipelinedRequestsInOrder) {
  Start();
  const auto client = Connect();
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += Post("/muster.testing.v1.EchoService/" + std::string(i % 2 == 0 ? "Echo" : "EchoInline"), "application/json",
                R"({"text":")" + std::to_string(i) + R"("})");
  }
  client->Send(all);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(nlohmann::json::parse(client->Receive().body)["text"], std::to_string(i));
  }
}

TEST_F(HttpTest, AnswersExpect100Continue) {
  Start();
  const auto client = Connect();
  client->Send(
      "POST /muster.testing.v1.EchoService/Greet HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: 13\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client->Receive().status, 100);
  client->Send(R"({"text":"hi"})");
  EXPECT_EQ(client->Receive().status, 200);
}

TEST_F(HttpTest, ClosesAfterHttp10AndConnectionClose) {
  Start();
  for (const std::string request :
       {"GET /livez HTTP/1.0\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"}) {
    const auto client = Connect();
    client->Send(request);
    const RawResponse response = client->Receive();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.at("connection"), "close");
    EXPECT_TRUE(client->Closed());
  }
}

TEST_F(HttpTest, GivesUpOnAHeaderThatDoesNotEnd) {
  options_.http.header_timeout = 100ms;
  Start();
  const auto client = Connect();
  client->Send("GET /livez HTTP/1.1\r\nHo");
  EXPECT_EQ(client->Receive().status, 408);
  EXPECT_TRUE(client->Closed());
}

TEST_F(HttpTest, GivesUpOnABodyThatTrickles) {
  options_.http.header_timeout = 100ms;
  Start();
  const auto client = Connect();
  client->Send(
      "POST /muster.testing.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
      "token-operator\r\nContent-Type: application/json\r\n"
      "Content-Length: 1000\r\n\r\n{");
  EXPECT_EQ(client->Receive().status, 408);
}

TEST_F(HttpTest, ClosesAConnectionThatIsIdle) {
  options_.http.idle_timeout = 100ms;
  Start();
  const auto client = Connect();
  client->Send(Get("/livez"));
  EXPECT_EQ(client->Receive().status, 200);
  EXPECT_TRUE(client->Closed());
}

TEST_F(HttpTest, CutsOffAClientThatNeverReads) {
  options_.http.write_timeout = 200ms;
  Start();
  const auto client = Connect();
  const std::string body = muster::testing::CountRequest().SerializeAsString();
  muster::testing::CountRequest request;
  request.set_endless(true);
  request.set_item_bytes(50'000);
  const std::string payload = request.SerializeAsString();
  client->Send(Post("/muster.testing.v1.EchoService/Count", "application/connect+proto",
                    std::string("\0\0\0\0", 4) + static_cast<char>(payload.size()) + payload));
  while (service_.streams_ended == 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(Ask(Get("/livez")).status, 200) << "others are served";
}

TEST_F(HttpTest, Answers503WhileTheBodiesOfAllAreTooMany) {
  options_.http.max_body_bytes = 10'000;
  Start();
  const std::string head =
      "POST /muster.testing.v1.EchoService/Greet HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: 9000\r\n\r\n";
  const auto first = Connect();
  first->Send(head + "{}" + std::string(7'998, ' '));
  while (gateway_->stats().body_bytes < 8'000) {
    std::this_thread::yield();
  }
  const auto second = Connect();
  second->Send(head + "{}" + std::string(8'998, ' '));
  const RawResponse response = second->Receive();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(ReasonIn(response), "OVERLOADED");
  EXPECT_EQ(response.headers.at("retry-after"), "1");
  EXPECT_TRUE(second->Closed());
  first->Send(std::string(1'000, ' '));
  EXPECT_EQ(first->Receive().status, 200) << "what has its room goes on";
  while (gateway_->stats().body_bytes > 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(Ask(head + "{}" + std::string(8'998, ' ')).status, 200) << "there is room again";
}

/// The server's ends of the connections to `port`, in this same process.
std::vector<int> AcceptedSockets(int port) {
  std::vector<int> sockets;
  for (int fd = 3; fd < 1024; ++fd) {
    sockaddr_in own{};
    sockaddr_in peer{};
    socklen_t own_size = sizeof(own);
    socklen_t peer_size = sizeof(peer);
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &own_size) == 0 && ntohs(own.sin_port) == port &&
        ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0) {
      sockets.push_back(fd);
    }
  }
  return sockets;
}

TEST_F(HttpTest, LooksAfterPeersThatVanishWithoutAWord) {
  Start();
  const auto client = Connect();
  client->Send(Get("/livez"));
  EXPECT_EQ(client->Receive().status, 200);
  const std::vector<int> sockets = AcceptedSockets(gateway_->port());
  ASSERT_EQ(sockets.size(), 1U);
  const auto option = [&](int level, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    ::getsockopt(sockets[0], level, name, &value, &size);
    return value;
  };
  EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 20);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), 5);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPCNT), 3);
}

TEST_F(HttpTest, RefusesMoreConnectionsOfOneAddressThanAllowed) {
  options_.http.max_connections_per_address = 2;
  Start();
  const auto first = Connect();
  const auto second = Connect();
  first->Send(Get("/livez"));
  second->Send(Get("/livez"));
  EXPECT_EQ(first->Receive().status, 200);
  EXPECT_EQ(second->Receive().status, 200);
  const auto third = Connect();
  third->Send(Get("/livez"));
  EXPECT_EQ(third->Receive().status, 0);
  EXPECT_EQ(gateway_->stats().refused_connections, 1U);
  first->Close();
  RawResponse response;
  for (int i = 0; i < 100 && response.status != 200; ++i) {
    response = Ask(Get("/livez"));
  }
  EXPECT_EQ(response.status, 200) << "a place was free again";
}

TEST_F(HttpTest, KnowsItsHostsWhenToldThem) {
  options_.allowed_hosts = {"muster.example.org"};
  Start();
  EXPECT_EQ(Ask(Get("/livez")).status, 421);
  EXPECT_EQ(Ask("GET /livez HTTP/1.1\r\nHost: muster.example.org:8080\r\n\r\n").status, 200);
}

TEST_F(HttpTest, FinishesWhatRunsBeforeItStops) {
  Start();
  const auto client = Connect();
  client->Send(Post("/muster.testing.v1.EchoService/Echo", "application/json", R"({"delayMs":200,"text":"late"})"));
  while (service_.calls == 0) {
    std::this_thread::yield();
  }
  const auto idle = Connect();
  idle->Send(Get("/livez"));
  EXPECT_EQ(idle->Receive().status, 200);
  gateway_->Drain();
  EXPECT_TRUE(idle->Closed());
  const RawResponse response = client->Receive();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("connection"), "close");
  gateway_->Stop(5s);
  EXPECT_FALSE(Connect()->connected());
}

}  // namespace
}  // namespace muster::gateway
