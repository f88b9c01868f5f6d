#include <nlohmann/json.hpp>
#include <thread>

#include "tests/unit/gateway/gateway_fixture.h"

namespace muster::gateway {
namespace {

using namespace std::chrono_literals;
using muster::testing::CountItem;
using muster::testing::CountRequest;
using muster::testing::EchoRequest;
using muster::testing::EchoResponse;
using muster::testing::RawResponse;
using muster::testing::ReasonIn;
using nlohmann::json;

constexpr const char* kUuid = "0190a0a0-0000-7000-8000-000000000001";

class ConnectTest : public muster::testing::GatewayFixture {
 protected:
  /// One envelope of a stream.
  struct Frame {
    int flags;
    std::string payload;
  };
  static std::string Envelope(const std::string& payload, char flags = 0) {
    std::string frame(1, flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame += static_cast<char>(payload.size() >> shift & 0xff);
    }
    return frame + payload;
  }
  static std::vector<Frame> Frames(const std::string& body) {
    std::vector<Frame> frames;
    for (size_t at = 0; at + 5 <= body.size();) {
      size_t size = 0;
      for (size_t i = 1; i < 5; ++i) {
        size = size << 8 | static_cast<unsigned char>(body[at + i]);
      }
      frames.push_back({body[at], body.substr(at + 5, size)});
      at += 5 + size;
    }
    return frames;
  }
  RawResponse Count(const std::string& body, const std::string& headers = "") {
    return Ask(Post("/muster.testing.v1.EchoService/Count", "application/connect+json", Envelope(body), headers));
  }
};

TEST_F(ConnectTest, CallsInJson) {
  Start();
  for (const char* method : {"Echo", "EchoInline"}) {
    const RawResponse response = Call(method, R"({"text":"你好","number":"5"})", "Connect-Protocol-Version: 1\r\n");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.at("content-type"), "application/json");
    const json body = json::parse(response.body);
    EXPECT_EQ(body["text"], "你好");
    EXPECT_EQ(body["number"], "5");
    EXPECT_EQ(body["accountId"], "operator");
    EXPECT_EQ(body["sourceAddress"], "127.0.0.1");
    EXPECT_EQ(body["traceId"], response.headers.at("x-trace-id"));
  }
}

TEST_F(ConnectTest, CallsInBinary) {
  Start();
  EchoRequest request;
  request.set_text("hi");
  const RawResponse response =
      Ask(Post("/muster.testing.v1.EchoService/Echo", "application/proto", request.SerializeAsString()));
  EXPECT_EQ(response.headers.at("content-type"), "application/proto");
  EchoResponse answer;
  ASSERT_TRUE(answer.ParseFromString(response.body));
  EXPECT_EQ(answer.text(), "hi");
}

TEST_F(ConnectTest, TakesTheTraceOfTheCaller) {
  Start();
  const RawResponse response =
      Call("Echo", "{}", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n");
  EXPECT_EQ(response.headers.at("x-trace-id"), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST_F(ConnectTest, AnswersErrorsAsConnectDoes) {
  Start();
  const RawResponse response = Call("Echo", R"({"failWith":"TEAM_OVERLAP"})");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  const json body = json::parse(response.body);
  EXPECT_EQ(body["code"], "aborted");
  EXPECT_EQ(body["details"][0]["type"], "muster.common.v1.ErrorDetail");
  EXPECT_EQ(body["details"][0]["debug"]["reason"], "TEAM_OVERLAP");
  EXPECT_EQ(body["details"][0]["debug"]["field"], "text");
}

TEST_F(ConnectTest, SaysWhenToTryAgain) {
  Start();
  RawResponse response = Call("Echo", R"({"failWith":"RATE_LIMITED"})");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.at("retry-after"), "7");
  response = Call("Echo", R"({"failWith":"STORE_BUSY"})");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.at("retry-after"), "7");
  response = Call("Echo", R"({"failWith":"NOT_FOUND"})");
  EXPECT_EQ(response.status, 404);
  EXPECT_FALSE(response.headers.contains("retry-after"));
}

TEST_F(ConnectTest, Answers404ForMethodsThatDoNotExistOrAreInternal) {
  Start();
  for (const char* method : {"Nothing", "Hidden"}) {
    const RawResponse response = Call(method, "{}");
    EXPECT_EQ(response.status, 404) << method;
    EXPECT_EQ(json::parse(response.body)["code"], "unimplemented");
    EXPECT_EQ(ReasonIn(response), "NOT_BUILT");
  }
  EXPECT_EQ(Ask(Post("/muster.nowhere.v1.Service/Call", "application/json", "{}")).status, 404);
  EXPECT_EQ(Ask(Post("/muster.testing.v1.echoservice/Echo", "application/json", "{}")).status, 404);
}

TEST_F(ConnectTest, Answers501ForADeclaredMethodThatNobodyServes) {
  Start();
  const RawResponse response = Call("NotServed", "{}");
  EXPECT_EQ(response.status, 501);
  EXPECT_EQ(ReasonIn(response), "NOT_BUILT");
}

TEST_F(ConnectTest, WantsAToken) {
  Start();
  const std::string path = "POST /muster.testing.v1.EchoService/";
  const std::string rest = " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n";
  RawResponse response = Ask(path + "Echo" + rest + "\r\n{}");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.headers.at("www-authenticate"), "Bearer");
  EXPECT_EQ(ReasonIn(response), "AUTH_REQUIRED");
  response = Ask(path + "Echo" + rest + "Authorization: Bearer expired\r\n\r\n{}");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(ReasonIn(response), "SESSION_EXPIRED");
  response = Ask(path + "Echo" + rest + "Authorization: Basic dXNlcjpwYXNz\r\n\r\n{}");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(Ask(path + "Greet" + rest + "\r\n{}").status, 200) << "an anonymous method";
  EXPECT_EQ(Call("Forbidden", "{}").status, 403);
}

TEST_F(ConnectTest, ReadsNoBodyOfACallerWhoIsNotKnown) {
  Start();
  std::string body = "{";
  for (int i = 0; i < 20'000; ++i) {
    body += "\"k" + std::to_string(i) + "\":1,";
  }
  body += "\"k\":1}";
  const std::string head =
      "POST /muster.testing.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  RawResponse response = Ask(head + length + "\r\n" + body);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(ReasonIn(response), "AUTH_REQUIRED");
  for (const std::string token : {"expired", "nonsense", "mk_bad"}) {
    response = Ask(head + length + "Authorization: Bearer " + token + "\r\n\r\n" + body);
    EXPECT_EQ(response.status, 401) << token << ": who asks comes before what is wrong with the body";
  }
  EXPECT_EQ(ReasonIn(Call("Echo", body)), "UNKNOWN_FIELD");
}

TEST_F(ConnectTest, AsksForATokenBeforeTheBodyComes) {
  Start();
  for (const std::string head :
       {"POST /documents HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\nContent-Length: 4000000\r\n\r\n",
        "POST /muster.testing.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: 200000\r\n\r\n"}) {
    const auto client = Connect();
    client->Send(head);
    const RawResponse response = client->Receive();
    EXPECT_EQ(response.status, 401) << head;
    EXPECT_EQ(ReasonIn(response), "AUTH_REQUIRED");
    EXPECT_TRUE(client->Closed());
  }
}

TEST_F(ConnectTest, ExchangesAnApiKeyOnce) {
  Start();
  const std::string request =
      "POST /muster.testing.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\nAuthorization: Bearer mk_good\r\n\r\n{}";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(json::parse(Ask(request).body)["accountId"], "keyholder");
  }
  EXPECT_EQ(exchanges_, 1);
  key_revoked_ = true;
  gateway_->AccountsChanged();
  const RawResponse response = Ask(request);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(ReasonIn(response), "AUTH_REQUIRED");
}

TEST_F(ConnectTest, RefusesBadJsonWithItsOffset) {
  Start();
  const RawResponse response = Call("Echo", R"({"text":"a",})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(ReasonIn(response), "BAD_JSON");
  EXPECT_EQ(json::parse(response.body)["details"][0]["debug"]["metadata"]["offset"], "12");
  EXPECT_EQ(ReasonIn(Call("Echo", "")), "BAD_JSON");
  EXPECT_EQ(ReasonIn(Call("Echo", R"({"colour":1})")), "UNKNOWN_FIELD");
  EXPECT_EQ(ReasonIn(Ask(Post("/muster.testing.v1.EchoService/Echo", "application/proto", "\xff\xff"))),
            "INVALID_FIELD");
  EXPECT_EQ(service_.calls, 0);
}

TEST_F(ConnectTest, RefusesCompressedRequestsAndOtherVersions) {
  Start();
  RawResponse response = Call("Echo", "{}", "Content-Encoding: gzip\r\n");
  EXPECT_EQ(response.status, 501);
  EXPECT_EQ(ReasonIn(response), "NOT_BUILT");
  EXPECT_EQ(Call("Echo", "{}", "Content-Encoding: identity\r\n").status, 200);
  EXPECT_EQ(Call("Echo", "{}", "Connect-Protocol-Version: 2\r\n").status, 400);
}

TEST_F(ConnectTest, SuppliesADeadlineAndTakesTheCallers) {
  Start();
  EXPECT_LE(json::parse(Call("Echo", "{}").body)["remainingMs"].get<std::string>(), "2000");
  const json body = json::parse(Call("Echo", "{}", "Connect-Timeout-Ms: 9000\r\n").body);
  EXPECT_GT(std::stoi(body["remainingMs"].get<std::string>()), 8000);
  EXPECT_EQ(ReasonIn(Call("Echo", "{}", "Connect-Timeout-Ms: 31000\r\n")), "DEADLINE_REQUIRED");
  for (const char* value : {"soon", "-1", "99999999999", "1e3"}) {
    const RawResponse response = Call("Echo", "{}", std::string("Connect-Timeout-Ms: ") + value + "\r\n");
    EXPECT_EQ(response.status, 400) << value;
    EXPECT_EQ(ReasonIn(response), "INVALID_FIELD");
  }
}

TEST_F(ConnectTest, AnswersDeadlineWhenTheHandlerIsTooSlow) {
  Start();
  const RawResponse response = Call("Echo", R"({"delayMs":10000})", "Connect-Timeout-Ms: 100\r\n");
  EXPECT_EQ(response.status, 504);
  EXPECT_EQ(ReasonIn(response), "DEADLINE");
  while (service_.cancelled == 0) {
    std::this_thread::yield();
  }
}

TEST_F(ConnectTest, TellsTheHandlerThatTheClientHasLeft) {
  Start();
  const auto client = Connect();
  client->Send(Post("/muster.testing.v1.EchoService/Echo", "application/json", R"({"delayMs":10000})",
                    "Connect-Timeout-Ms: 20000\r\n"));
  while (service_.calls == 0) {
    std::this_thread::yield();
  }
  client->Close();
  while (service_.cancelled == 0) {
    std::this_thread::yield();
  }
}

TEST_F(ConnectTest, TakesTheRequestIdFromTheIdempotencyKey) {
  Start();
  EXPECT_EQ(ReasonIn(Call("Change", R"({"text":"a"})")), "REQUEST_ID_REQUIRED");
  const std::string header = std::string("Idempotency-Key: ") + kUuid + "\r\n";
  EXPECT_EQ(json::parse(Call("Change", R"({"text":"a"})", header).body)["text"], std::string("a/") + kUuid);
  const std::string other = "0190a0a0-0000-7000-8000-000000000002";
  EXPECT_EQ(json::parse(Call("Change", R"({"text":"a","requestId":")" + other + R"("})", header).body)["text"],
            "a/" + other)
      << "the body's own comes first";
  EXPECT_EQ(ReasonIn(Call("Change", "{}", "Idempotency-Key: once\r\n")), "INVALID_FIELD");
}

TEST_F(ConnectTest, StreamsInJson) {
  Start();
  const RawResponse response = Count(R"({"items":3})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-type"), "application/connect+json");
  const std::vector<Frame> frames = Frames(response.body);
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_EQ(frames[2].payload, R"({"number":"3"})");
  EXPECT_EQ(frames[3].flags, 2);
  EXPECT_EQ(frames[3].payload, "{}");
}

TEST_F(ConnectTest, StreamsInBinary) {
  Start();
  CountRequest request;
  request.set_items(1000);
  request.set_item_bytes(1000);
  const RawResponse response = Ask(
      Post("/muster.testing.v1.EchoService/Count", "application/connect+proto", Envelope(request.SerializeAsString())));
  const std::vector<Frame> frames = Frames(response.body);
  ASSERT_EQ(frames.size(), 1001U);
  CountItem item;
  ASSERT_TRUE(item.ParseFromString(frames[999].payload));
  EXPECT_EQ(item.number(), 1000);
}

TEST_F(ConnectTest, EndsAStreamWithItsErrorInTheLastEnvelope) {
  Start();
  const RawResponse response = Count(R"({"items":2,"failWith":"BAD_CURSOR"})");
  EXPECT_EQ(response.status, 200) << "a stream is always 200";
  const std::vector<Frame> frames = Frames(response.body);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(json::parse(frames[2].payload)["error"]["code"], "invalid_argument");
}

TEST_F(ConnectTest, EndsAStreamThatMayNotStart) {
  Start();
  const auto error = [&](const RawResponse& response) {
    const std::vector<Frame> frames = Frames(response.body);
    return frames.size() == 1 && frames[0].flags == 2
               ? json::parse(frames[0].payload)["error"]["details"][0]["debug"]["reason"].get<std::string>()
               : "no single end";
  };
  EXPECT_EQ(error(Count(R"({"items":"many"})")), "INVALID_FIELD");
  EXPECT_EQ(error(Ask(Post("/muster.testing.v1.EchoService/Count", "application/connect+json", Envelope("{}", 1)))),
            "NOT_BUILT");
  for (const std::string& body : {std::string(), std::string("\0\0\0\0\5{}", 7), Envelope("{}") + Envelope("{}")}) {
    EXPECT_EQ(error(Ask(Post("/muster.testing.v1.EchoService/Count", "application/connect+json", body))),
              "INVALID_FIELD");
  }
  const std::string anonymous =
      "POST /muster.testing.v1.EchoService/Count HTTP/1.1\r\nHost: x\r\nContent-Type: application/connect+json\r\n"
      "Content-Length: 7\r\n\r\n";
  EXPECT_EQ(error(Ask(anonymous + Envelope("{}"))), "AUTH_REQUIRED");
}

TEST_F(ConnectTest, SendsTheHeadOfASilentStreamAtOnce) {
  Start();
  const auto client = Connect();
  client->Send(
      Post("/muster.testing.v1.EchoService/Count", "application/connect+json", Envelope(R"({"endless":true})")));
  const auto head = client->Until("\r\n\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_NE(head->find("transfer-encoding: chunked"), std::string::npos);
}

TEST_F(ConnectTest, TellsAStreamThatItsClientHasLeft) {
  Start();
  const auto client = Connect();
  client->Send(
      Post("/muster.testing.v1.EchoService/Count", "application/connect+json", Envelope(R"({"endless":true})")));
  ASSERT_TRUE(client->Until("\r\n\r\n").has_value());
  client->Close();
  while (service_.streams_ended == 0) {
    std::this_thread::yield();
  }
}

TEST_F(ConnectTest, EndsAStreamAtTheTimeThatItsClientGave) {
  Start();
  const RawResponse response = Count(R"({"endless":true,"itemBytes":1000})", "Connect-Timeout-Ms: 100\r\n");
  const std::vector<Frame> frames = Frames(response.body);
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(json::parse(frames.back().payload)["error"]["code"], "deadline_exceeded");
}

TEST_F(ConnectTest, TakesDocumentsIn) {
  Start();
  const RawResponse response = Ask(Post("/documents", "application/cap+xml; charset=utf-8", "<alert/>"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(json::parse(response.body)["document"]["outcome"], "DOCUMENT_OUTCOME_APPLIED");
  ASSERT_EQ(documents_.size(), 1U);
  EXPECT_EQ(documents_[0].content(), "<alert/>");
  EXPECT_EQ(documents_[0].content_type(), "application/cap+xml");
  Ask(Post("/documents", "application/xml", "<alert/>", std::string("Idempotency-Key: ") + kUuid + "\r\n"));
  EXPECT_EQ(documents_[1].request_id(), kUuid);
  EXPECT_NE(documents_[0].request_id(), "");
}

TEST_F(ConnectTest, TakesDocumentsOfFourMebibytesAndNoMore) {
  Start();
  const size_t limit = size_t{4} * 1024 * 1024;
  EXPECT_EQ(Ask(Post("/documents", "application/xml", std::string(limit, ' '))).status, 200);
  EXPECT_EQ(Ask(Post("/documents", "application/xml", std::string(limit + 1, ' '))).status, 413);
  EXPECT_EQ(Ask(Post("/documents", "text/xml", "<alert/>")).status, 415);
  EXPECT_EQ(Ask(Get("/documents")).status, 405);
  EXPECT_EQ(
      Ask("POST /documents HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\nContent-Length: 0\r\n\r\n").status,
      401);
}

TEST_F(ConnectTest, DescribesEveryPublicMethodInOpenApi) {
  Start();
  const json document = json::parse(Ask(Get("/openapi.json")).body);
  const json& paths = document["paths"];
  EXPECT_TRUE(paths.contains("/muster.testing.v1.EchoService/Echo"));
  EXPECT_FALSE(paths.contains("/muster.testing.v1.EchoService/Hidden")) << "internal";
  EXPECT_TRUE(paths.contains("/documents"));
  EXPECT_EQ(paths["/muster.testing.v1.EchoService/Count"]["post"]["requestBody"]["content"].begin().key(),
            "application/connect+json");
  const json& line = document["components"]["schemas"]["muster.testing.v1.EchoLine"];
  EXPECT_EQ(line["properties"]["note"]["maxLength"], 8);
  EXPECT_EQ(line["properties"]["lines"]["items"]["$ref"], "#/components/schemas/muster.testing.v1.EchoLine");
  const std::string text = document.dump();
  for (size_t at = text.find("#/components/schemas/"); at != text.npos;
       at = text.find("#/components/schemas/", at + 1)) {
    const std::string name = text.substr(at + 21, text.find('"', at) - at - 21);
    EXPECT_TRUE(document["components"]["schemas"].contains(name)) << name;
  }
}

}  // namespace
}  // namespace muster::gateway
