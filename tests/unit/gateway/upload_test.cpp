// Files that are to be imported.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/gateway/gateway_fixture.h"

namespace muster::gateway {
namespace {

using muster::testing::GatewayFixture;
using muster::testing::RawResponse;
using muster::testing::ReasonIn;

class UploadTest : public GatewayFixture {};

TEST_F(UploadTest, GoesToTheRegistryInPartsAndAnswersItsId) {
  Start();
  const std::string file(1'200'000, 'x');
  const RawResponse response = Ask(Post("/upload", "text/csv; charset=gb18030", file));
  EXPECT_EQ(response.status, 200) << response.body;
  const auto json = nlohmann::json::parse(response.body);
  EXPECT_EQ(json["uploadId"], "upload-1");
  EXPECT_EQ(json["size"], "1200000");
  MutexLock lock(mutex_);
  ASSERT_EQ(parts_.size(), 3U);
  EXPECT_EQ(parts_[0].upload_id(), "");
  EXPECT_EQ(parts_[2].upload_id(), "upload-1");
  EXPECT_EQ(parts_[2].number(), 2);
  EXPECT_FALSE(parts_[1].last());
  EXPECT_TRUE(parts_[2].last());
}

TEST_F(UploadTest, TakesABodyInChunks) {
  Start();
  const RawResponse response =
      Ask("POST /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\nAuthorization: Bearer "
          "token-operator\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na,b\r\n2\r\n\r\n\r\n0\r\n\r\n");
  EXPECT_EQ(response.status, 200) << response.body;
  MutexLock lock(mutex_);
  ASSERT_EQ(parts_.size(), 1U);
  EXPECT_EQ(parts_[0].content(), "a,b\r\n");
}

TEST_F(UploadTest, IsRefusedBeforeItsBodyWhereItIsNotWelcome) {
  options_.max_upload = 1000;
  Start();
  EXPECT_EQ(Ask(Post("/upload", "text/csv", std::string(1001, 'x'))).status, 413);
  EXPECT_EQ(Ask(Post("/upload", "text/html", "x")).status, 415);
  EXPECT_EQ(Ask(Post("/upload", "text/csv", "x", "Content-Encoding: gzip\r\n")).status, 501);
  EXPECT_EQ(Ask(Get("/upload")).status, 405);
  EXPECT_EQ(
      Ask("POST /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\nContent-Length: 1\r\n\r\nx").status,
      401);
  const RawResponse forbidden = Ask(Post("/upload", "text/csv", "refused"));
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_EQ(ReasonIn(forbidden), "FORBIDDEN");
  EXPECT_TRUE(parts_.empty());
}

TEST_F(UploadTest, WhoIsNotKnownIsRefusedBeforeTheBodyIsSent) {
  Start();
  const RawResponse response =
      Ask("POST /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\nAuthorization: Bearer "
          "nonsense\r\nContent-Length: 60000000\r\n\r\n");
  EXPECT_EQ(response.status, 401) << response.body;
}

TEST_F(UploadTest, HaveRoomOfTheirOwnBesideCalls) {
  options_.http.max_upload_bytes = 10;
  Start();
  EXPECT_EQ(Ask(Post("/upload", "text/csv", std::string(11, 'x'))).status, 503);
  EXPECT_EQ(Call("Echo", R"({"text":"hello, hello"})").status, 200);
}

TEST_F(UploadTest, ItsMethodDoesNotExistOutside) {
  Start();
  EXPECT_EQ(Ask(Post("/muster.registry.v1.RegistryService/UploadPart", "application/json", "{}")).status, 404);
}

}  // namespace
}  // namespace muster::gateway
